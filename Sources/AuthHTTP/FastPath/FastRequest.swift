/// A request that is answered from ``PrerenderedDocuments``, and all that is remembered of it.
struct FastRequest {
    /// Which of a document's answers is wanted.
    enum Form {
        case full, head, notModified
    }

    /// Of the document, in ``PrerenderedDocuments/documents``.
    let place: Int
    let form: Form
    /// Whether the connection ends with the answer.
    let closes: Bool
    /// What `If-None-Match` was compared with: after a change of the keys the request means something else.
    let entityTag: String?
    /// The lines of `X-Forwarded-For`.
    let forwardedFor: [String]
    /// Empty where there was none.
    let userAgent: String
}
