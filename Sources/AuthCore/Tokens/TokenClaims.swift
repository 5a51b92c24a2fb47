/// What a token says (RFC 7519 §4.1): the claims that every token has, and those of its kind.
package struct TokenClaims: Sendable {
    /// `typ` in its header.
    package let type: TokenType
    /// `iss`.
    package let issuer: String
    /// `aud`: one is written as a string, several are an array.
    package let audience: [String]
    /// `sub`: an account's immutable number, or a client.
    package let subject: String
    /// `iat`, in whole seconds.
    package let issuedAt: Timestamp
    /// `nbf`, in whole seconds; nil for a token without it.
    package let notBefore: Timestamp?
    /// `exp`, in whole seconds.
    package let expiresAt: Timestamp
    /// `jti`, unique to this token; nil for a token without it.
    package let tokenID: String?
    /// What this kind of token says besides, in this order.
    package let others: [(name: String, value: JSONValue)]

    /// A token that says this.
    package init(
        type: TokenType, issuer: String, audience: [String], subject: String, issuedAt: Timestamp,
        notBefore: Timestamp? = nil, expiresAt: Timestamp, tokenID: String?, others: [(name: String, value: JSONValue)]
    ) {
        self.type = type
        self.issuer = issuer
        self.audience = audience
        self.subject = subject
        self.issuedAt = issuedAt
        self.notBefore = notBefore
        self.expiresAt = expiresAt
        self.tokenID = tokenID
        self.others = others
    }

    /// The JWS payload.
    var json: [UInt8] {
        var members: [(name: String, value: JSONValue)] = [
            ("iss", .string(issuer)), ("sub", .string(subject)), ("aud", .audience(audience)),
            ("iat", .integer(issuedAt.seconds)),
        ]
        if let notBefore { members.append(("nbf", .integer(notBefore.seconds))) }
        members.append(("exp", .integer(expiresAt.seconds)))
        if let tokenID { members.append(("jti", .string(tokenID))) }
        return JSONText.object(members, others)
    }
}

extension JSONValue {
    /// A string where it is one, which is all that some verifiers read (RFC 7519 §4.1.3).
    package static func audience(_ audience: [String]) -> JSONValue {
        audience.count == 1 ? .string(audience[0]) : .array(audience.map(JSONValue.string))
    }
}
