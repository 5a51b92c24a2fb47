import Crypto

extension TokenClaims {
    /// An access token's claims: RFC 9068 §2.2, and the grant that it hangs on.
    static func access(
        _ given: GivenAccess, issuer: String, tokenID: String, from start: Timestamp, lifetime: Duration
    ) -> TokenClaims {
        var others: [(name: String, value: JSONValue)] = [("client_id", .string(given.client.id.text))]
        let scopes = given.access.scopes
        if !scopes.isEmpty { others.append(("scope", .string(Scope.text(scopes)))) }
        if let grant = given.grant {
            others.append(("auth_time", .integer(grant.authenticatedAt.seconds)))
            if let session = grant.session { others.append(("sid", .string(session))) }
            others.append(("gid", .string(grant.id.description)))
        }
        return TokenClaims(
            type: given.tokenType, issuer: issuer, audience: given.audience, subject: given.subject, issuedAt: start,
            expiresAt: start + lifetime, tokenID: tokenID, others: others)
    }

    /// An ID token's claims: OpenID Connect Core 1.0 §2. No `nbf`, which clients with a slow clock stumble over.
    /// - Parameter accessToken: which it is issued with, under RS256: of its SHA-256 the left half is `at_hash`.
    static func identity(
        _ given: GivenAccess, of grant: Grant, _ account: Account, accessToken: String, issuer: String,
        from start: Timestamp, lifetime: Duration
    ) -> TokenClaims {
        let hash = Base64URL.text(SHA256.hash(data: Array(accessToken.utf8)).bytes.prefix(16))
        var others: [(name: String, value: JSONValue)] = [
            ("auth_time", .integer(grant.authenticatedAt.seconds)), ("amr", .array([.string("pwd")])),
            ("at_hash", .string(hash)),
        ]
        if let nonce = given.nonce { others.append(("nonce", .string(nonce))) }
        if let session = grant.session { others.append(("sid", .string(session))) }
        others += account.claims.members(for: given.access.scopes)
        return TokenClaims(
            type: .jwt, issuer: issuer, audience: [grant.client.text], subject: String(grant.user), issuedAt: start,
            expiresAt: start + lifetime, tokenID: nil, others: others)
    }
}

extension Scope {
    /// As `scope` has them: with a space between (RFC 6749 §3.3).
    package static func text(_ scopes: [Scope]) -> String { scopes.map(\.name).joined(separator: " ") }
}
