/// The URI of a resource, RFC 8707 §2: what stands in a token's `aud`, byte for byte.
package struct ResourceURI: Hashable, Sendable {
    /// As it was registered.
    package let text: String

    /// - Throws: ``AuthError/invalidRequest(_:)`` naming the rule that it breaks.
    package init(_ text: String) throws(AuthError) {
        let name = "the URI of a resource"
        let uri = try AbsoluteURI(text, called: name)
        let isWeb = uri.scheme == "https" || uri.scheme == "http"
        guard isWeb ? uri.hasHost : uri.authority?.isEmpty == false || !uri.path.isEmpty else {
            throw .invalidRequest("\(name) names a host, such as https://api.example.com")
        }
        self.text = text
    }

    /// As it is stored, whatever the rules are by now.
    package init(stored text: String) { self.text = text }

    /// The same with the slash of an empty path more, or less; nil where there is a path or a query. Programs add and drop
    /// it without being asked.
    package var twin: ResourceURI? {
        guard let uri = try? AbsoluteURI(text, called: ""), uri.authority != nil, !uri.hasQuery else { return nil }
        switch uri.path {
        case "": return ResourceURI(stored: text + "/")
        case "/": return ResourceURI(stored: String(text.dropLast()))
        default: return nil
        }
    }

    /// Whether it is the one that a request names, a slash after an empty path more or less.
    package func matches(_ presented: String) -> Bool {
        presented.utf8.elementsEqual(text.utf8) || twin.map { presented.utf8.elementsEqual($0.text.utf8) } ?? false
    }
}

/// For whom access tokens are meant, as an operator registered it: an audience.
package struct Resource: Equatable, Sendable {
    /// A token cannot be taken back: longer than this it must not live.
    package static let longestLifetime: Duration = .seconds(86_400)

    /// The `aud` of its tokens.
    package let uri: ResourceURI
    /// What there is to be allowed at it.
    package let scopes: [Scope]
    /// The `typ` of its tokens.
    package let tokenType: TokenType
    /// How long its tokens live, in whole seconds; nil for as long as others.
    package let lifetime: Duration?
    /// When it was registered.
    package let createdAt: Timestamp

    /// A resource with these columns.
    package init(
        uri: ResourceURI, scopes: [Scope] = [], tokenType: TokenType = .atJWT, lifetime: Duration? = nil,
        createdAt: Timestamp
    ) {
        self.uri = uri
        self.scopes = scopes
        self.tokenType = tokenType
        self.lifetime = lifetime
        self.createdAt = createdAt
    }
}
