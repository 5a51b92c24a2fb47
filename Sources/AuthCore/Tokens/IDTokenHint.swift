/// Reads an `id_token_hint` (OpenID Connect Core 1.0 §3.1.2.1).
package struct IDTokenHint: Sendable {
    private let keyRing: CurrentKeyRing
    private let issuer: String

    /// - Parameter issuer: `iss` of our tokens.
    package init(keyRing: CurrentKeyRing, issuer: String) {
        self.keyRing = keyRing
        self.issuer = issuer
    }

    /// Whose ID token it is, expired or not; nil unless we signed it for this client under a key that is still published.
    package func user(_ hint: String, of client: ClientID) -> UserID? {
        guard let token = keyRing.current?.set.verifier(hint), token.isIDToken(of: issuer),
            token.audience == [client.text]
        else { return nil }
        return token.user
    }
}
