/// Use case: a resource server asks whether a token is good (RFC 7662).
package struct IntrospectToken: Sendable {
    private let store: any Store
    private let tokens: AccessTokens
    private let refreshKeys: RefreshTokenKeys
    private let time: any TimeSource

    /// In this store.
    package init(store: any Store, tokens: AccessTokens, refreshKeys: RefreshTokenKeys, time: any TimeSource) {
        self.store = store
        self.tokens = tokens
        self.refreshKeys = refreshKeys
        self.time = time
    }

    /// What there is to say of a token; nil where it is not good, and for a client that it is neither from nor for: with one
    /// of the resources that it names the client is (RFC 7662 §4).
    /// - Throws: ``AuthError/invalidClient``, for a public client too: nobody asks without proof (§2.1).
    package func callAsFunction(
        _ text: String, as credentials: ClientCredentials
    ) async throws -> [(name: String, value: JSONValue)]? {
        let (now, token) = (time.now, tokens.read(text))
        let keys = token == nil ? await refreshKeys() : []
        return try await store.read { [tokens] transaction in
            let caller = try AuthenticateClient().proof(credentials, in: transaction, at: now)
            guard caller.kind == .confidential else { throw AuthError.invalidClient }
            guard let token else {
                guard let refresh = RefreshToken(text, from: caller.id, keys: keys) else { return nil }
                return try transaction.grant(of: refresh, at: now).map(Self.members)
            }
            guard caller.concerns(token), let holder = try tokens.holder(of: token, in: transaction) else { return nil }
            return Self.members(token, holder)
        }
    }

    private static func members(_ grant: Grant) -> [(name: String, value: JSONValue)] {
        [
            ("scope", .string(Scope.text(grant.scopes))), ("client_id", .string(grant.client.text)),
            ("sub", .string(String(grant.user))), ("exp", .integer(grant.expiresAt.seconds)),
        ]
    }

    private static func members(
        _ token: VerifiedToken, _ holder: TokenHolder
    ) -> [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = []
        members.reserveCapacity(11)
        if !token.scopes.isEmpty { members.append(("scope", .string(Scope.text(token.scopes)))) }
        if let client = token.clientID { members.append(("client_id", .string(client))) }
        if let account = holder.account { members.append(("username", .string(account.username))) }
        members.append(("token_type", .string("Bearer")))
        members.append(("exp", .integer(token.expiresAt.seconds)))
        members.append(("iat", .integer(token.issuedAt.seconds)))
        members.append(("sub", .string(token.subject)))
        members.append(("aud", .audience(token.audience)))
        members.append(("iss", .string(token.issuer)))
        if let tokenID = token.tokenID { members.append(("jti", .string(tokenID))) }
        if let session = token.session { members.append(("sid", .string(session))) }
        return members
    }
}

extension ClientProof {
    fileprivate func concerns(_ token: VerifiedToken) -> Bool {
        token.clientID == id.text || token.audience.contains { audience in resources.contains { $0.text == audience } }
    }
}
