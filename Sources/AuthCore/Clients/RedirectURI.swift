/// Where a client may have its users sent, as it was registered. Compared byte by byte: no folding, no decoding, no
/// prefix, no wildcard (RFC 9700 §4.1.3).
package struct RedirectURI: Hashable, Sendable {
    /// The hosts of a user's own machine. They are names of their own: `localhost` is not `127.0.0.1`.
    private static let loopbackHosts = ["127.0.0.1", "[::1]", "localhost"]
    private static let name = "a redirect URI"

    /// As it was registered.
    package let text: String

    /// A URI that a client of this kind may register (RFC 8252 §7, RFC 9700 §4.1): https; or http on the user's own
    /// machine; or, for a public client, a scheme of its own with a dot in it.
    /// - Throws: ``AuthError/invalidRequest(_:)`` naming the rule that it breaks.
    package init(_ text: String, for kind: ClientKind) throws(AuthError) {
        let uri = try AbsoluteURI(text, called: Self.name)
        switch uri.scheme {
        case "https":
            guard uri.hasHost else { throw .invalidRequest("\(Self.name) names a host after https://") }
        case "http":
            guard uri.hasHost, Self.withoutPort(text) != nil else {
                throw .invalidRequest(
                    "\(Self.name) begins with https://; http:// goes to the user's own machine alone:"
                        + " 127.0.0.1, [::1] or localhost")
            }
        case let scheme where scheme.contains("."):
            guard kind == .public else {
                throw .invalidRequest(
                    "\(Self.name) of a confidential client begins with https://: add --public for an app")
            }
            guard uri.authority?.isEmpty == false || uri.path.hasPrefix("/") else {
                throw .invalidRequest("\(Self.name) has a path after its scheme, such as \(scheme):/callback")
            }
        default:
            throw .invalidRequest(
                "\(Self.name) begins with https://, or with http:// on 127.0.0.1, [::1] or localhost; that of an app with a"
                    + " scheme that has a dot, such as com.example.app:/callback")
        }
        self.text = text
    }

    /// As it is stored, whatever the rules are by now.
    package init(stored text: String) { self.text = text }

    /// Whether a code goes to whatever program listens on the user's own machine.
    package var isLoopback: Bool { Self.withoutPort(text) != nil }

    /// Whether a code goes to whatever app took the scheme.
    package var isPrivateUse: Bool { !text.hasPrefix("https://") && !text.hasPrefix("http://") }

    /// Whether it is the one that a request names.
    /// - Parameter withAnyPort: whether the port of one on loopback is left to the request: an app takes one that is free
    ///   (RFC 8252 §7.3).
    package func matches(_ presented: String, withAnyPort: Bool) -> Bool {
        if presented.utf8.elementsEqual(text.utf8) { return true }
        guard withAnyPort, let ours = Self.withoutPort(text), let theirs = Self.withoutPort(presented) else {
            return false
        }
        return ours.host == theirs.host && ours.rest.elementsEqual(theirs.rest)
    }

    /// The host of a URI on loopback, and what stands after its port; nil for every other URI.
    private static func withoutPort(_ text: String) -> (host: String, rest: Substring.UTF8View)? {
        for host in loopbackHosts where text.utf8.starts(with: "http://\(host)".utf8) {
            var rest = Substring(text).utf8.dropFirst("http://\(host)".utf8.count)
            if rest.first == UInt8(ascii: ":") {
                let digits = rest.dropFirst().prefix(while: \.isDigit)
                guard AbsoluteURI.port(digits) != nil else { return nil }
                rest = rest.dropFirst(1 + digits.count)
            }
            guard let next = rest.first else { return (host, rest) }
            return next == UInt8(ascii: "/") || next == UInt8(ascii: "?") ? (host, rest) : nil
        }
        return nil
    }
}
