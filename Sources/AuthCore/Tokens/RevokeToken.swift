/// Use case: a client gives a token back (RFC 7009).
package struct RevokeToken: Sendable {
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

    /// Ends the grant of a refresh token, or one access token, which who verifies by signature alone takes until it is over.
    /// Any other token, and one of another client, is left alone: that is no error (§2.2).
    /// - Parameter client: where the request comes from.
    /// - Throws: ``AuthError/invalidClient``, and ``AuthError/unavailable(_:)`` while refresh tokens cannot be read.
    package func callAsFunction(
        _ text: String, as credentials: ClientCredentials, from client: IPAddress, userAgent: String? = nil
    ) async throws {
        let (now, token) = (time.now, tokens.read(text))
        let keys = token == nil ? await refreshKeys() : []
        let origin = AuditOrigin.caller(client, userAgent: userAgent)
        // Before the writer is asked for, which all others wait for: nobody has it by guessing secrets or tokens.
        let mayRevoke = try await store.read { transaction in
            let client = try AuthenticateClient().proof(credentials, in: transaction, at: now)
            return token?.clientID == client.id.text || RefreshToken(text, from: client.id, keys: keys) != nil
        }
        guard mayRevoke else {
            guard !keys.isEmpty || !text.utf8.starts(with: RefreshToken.prefix.utf8) else {
                throw AuthError.unavailable("refresh tokens cannot be read")
            }
            return
        }
        try await store.write { transaction in
            let client = try AuthenticateClient().proof(credentials, in: transaction, at: now)
            if let token {
                guard let tokenID = token.tokenID else { return }
                try transaction.revoke(tokenID: tokenID, until: token.expiresAt)
                return try transaction.append(
                    AuditEvent(
                        .tokenRevoke, by: origin, at: now, userID: token.user, client: client.id.text, jti: tokenID))
            }
            guard let refresh = RefreshToken(text, from: client.id, keys: keys),
                let grant = try transaction.grant(refresh.grant, at: now),
                try transaction.endGrant(grant.id, for: .revoked, at: now)
            else { return }
            try transaction.append(
                AuditEvent(.tokenRevoke, by: origin, at: now, userID: grant.user, client: client.id.text))
        }
    }
}
