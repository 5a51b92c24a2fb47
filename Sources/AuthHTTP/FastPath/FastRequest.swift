/// A request that is answered from ``PrerenderedDocuments``, and all that is remembered of it. A class, because the one
/// that is remembered for its bytes is handed on a hundred thousand times a second.
final class FastRequest: Sendable {
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

    init(
        place: Int, form: Form, closes: Bool, entityTag: String?, forwardedFor: [String], userAgent: String
    ) {
        self.place = place
        self.form = form
        self.closes = closes
        self.entityTag = entityTag
        self.forwardedFor = forwardedFor
        self.userAgent = userAgent
    }
}
