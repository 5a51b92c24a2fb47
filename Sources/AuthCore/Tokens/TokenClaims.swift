/// The claims of a token (RFC 7519 §4.1): those that every token has, and those of its kind.
package struct TokenClaims: Sendable {
    /// `iss`.
    package let issuer: String
    /// `aud`.
    package let audience: String
    /// `sub`: an account's immutable number.
    package let subject: String
    /// `iat` and `nbf`, in whole seconds.
    package let issuedAt: Timestamp
    /// `exp`, in whole seconds.
    package let expiresAt: Timestamp
    /// `jti`, unique to this token.
    package let tokenID: String
    /// What this kind of token says besides, in this order.
    package let others: [(name: String, value: JSONValue)]

    /// A token that says this.
    package init(
        issuer: String, audience: String, subject: String, issuedAt: Timestamp, expiresAt: Timestamp, tokenID: String,
        others: [(name: String, value: JSONValue)]
    ) {
        self.issuer = issuer
        self.audience = audience
        self.subject = subject
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.tokenID = tokenID
        self.others = others
    }

    /// The JWS payload.
    var json: [UInt8] {
        JSONText.object(
            [
                ("iss", .string(issuer)), ("sub", .string(subject)), ("aud", .string(audience)),
                ("iat", .integer(issuedAt.seconds)), ("nbf", .integer(issuedAt.seconds)),
                ("exp", .integer(expiresAt.seconds)), ("jti", .string(tokenID)),
            ] + others)
    }
}
