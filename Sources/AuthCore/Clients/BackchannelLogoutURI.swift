/// Where a client is told that a session ended: OpenID Connect Back-Channel Logout 1.0 §2.2. Who may be asked there is
/// another question, which is answered when it is asked.
package struct BackchannelLogoutURI: Hashable, Sendable {
    private static let name = "a back-channel logout URI"

    /// As it was registered.
    package let text: String

    /// One that a client may register: https, or http on this machine itself.
    /// - Throws: ``AuthError/invalidRequest(_:)`` naming the rule that it breaks.
    package init(_ text: String) throws(AuthError) {
        let uri = try AbsoluteURI(text, called: Self.name)
        guard ["https", "http"].contains(uri.scheme), uri.hasHost else {
            throw .invalidRequest("\(Self.name) begins with https:// and a host")
        }
        guard uri.scheme == "https" || RedirectURI(stored: text).isLoopback else {
            throw .invalidRequest(
                "\(Self.name) begins with https://; http:// goes to this machine alone: 127.0.0.1, [::1] or localhost")
        }
        self.text = text
    }

    /// As it is stored, whatever the rules are by now.
    package init(stored text: String) { self.text = text }
}
