/// The claims of a token (RFC 7519 §4.1).
package struct AccessTokenClaims: Sendable {
    package let issuer: String
    package let audience: String
    /// The account's immutable number.
    package let subject: UserID
    package let username: String
    package let issuedAt: Timestamp
    package let expiresAt: Timestamp
    /// Unique to this token.
    package let tokenID: String

    package init(
        issuer: String, audience: String, subject: UserID, username: String, issuedAt: Timestamp, expiresAt: Timestamp,
        tokenID: String
    ) {
        self.issuer = issuer
        self.audience = audience
        self.subject = subject
        self.username = username
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.tokenID = tokenID
    }

    /// The JWS payload.
    var json: [UInt8] {
        JSONText.object([
            ("iss", .string(issuer)), ("sub", .string(String(subject))), ("aud", .string(audience)),
            ("iat", .integer(issuedAt.seconds)), ("nbf", .integer(issuedAt.seconds)),
            ("exp", .integer(expiresAt.seconds)), ("jti", .string(tokenID)),
            ("preferred_username", .string(username)),
        ])
    }
}
