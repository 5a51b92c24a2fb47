import AuthCore

extension Document {
    /// `GET`, `HEAD /ping`: the text that old clients compare.
    static let ping = {
        let body = JSONText.object([("message", .string("project 3 jwks server alive"))])
        return Document(paths: ["/ping"]) { _, _ in Content(body: body, caching: nil) }
    }()
}
