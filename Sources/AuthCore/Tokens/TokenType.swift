/// The `typ` in the header of a token (RFC 7515 §4.1.9).
package enum TokenType: String, CaseIterable, Sendable {
    /// An access token's: RFC 9068 §2.1.
    case atJWT = "at+jwt"
    /// An ID token's, and an access token's for verifiers that know nothing else.
    case jwt = "JWT"
    /// What a client is told the end of a session with: OpenID Connect Back-Channel Logout 1.0 §2.4. Nobody shows us one.
    case logoutJWT = "logout+jwt"

    /// What an access token may have. Never that of a logout token, which a client would take it for (RFC 8725 §3.11).
    package static let ofAccessTokens = [atJWT, jwt]
}
