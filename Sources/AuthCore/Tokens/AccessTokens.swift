/// Which access tokens are good: ours, not over, and nothing that they hang on has ended.
package struct AccessTokens: Sendable {
    private let keyRing: CurrentKeyRing
    private let issuer: String
    private let time: any TimeSource

    /// - Parameter issuer: `iss` of our tokens.
    package init(keyRing: CurrentKeyRing, issuer: String, time: any TimeSource) {
        self.keyRing = keyRing
        self.issuer = issuer
        self.time = time
    }

    /// What an access token says; nil for one that is none of ours or is over, and for an ID token, which opens nothing
    /// (RFC 8725 §3.12): it has no `jti`.
    func read(_ text: String) -> VerifiedToken? {
        guard let token = keyRing.current?.set.verifier(text), token.issuer == issuer, token.tokenID != nil,
            time.now < token.expiresAt
        else { return nil }
        return token
    }

    /// What a token hangs on; nil where any of it has ended: the token was revoked, the grant is over, the account or the
    /// client is disabled or gone.
    func holder(of token: VerifiedToken, in transaction: any ReadTransaction) throws -> TokenHolder? {
        guard let tokenID = token.tokenID, try !transaction.isRevoked(tokenID: tokenID) else { return nil }
        if let text = token.clientID {
            guard let client = try ClientID(text).flatMap({ try transaction.client($0) }), client.disabledAt == nil
            else {
                return nil
            }
            if text == token.subject, token.grant == nil { return TokenHolder(account: nil, grant: nil) }
            guard let grant = try token.grant.flatMap({ try transaction.grant($0, at: time.now) }),
                grant.client == client.id, grant.user == token.user
            else { return nil }
            return try account(of: token, in: transaction).map { TokenHolder(account: $0, grant: grant) }
        }
        return try account(of: token, in: transaction).map { TokenHolder(account: $0, grant: nil) }
    }

    private func account(of token: VerifiedToken, in transaction: any ReadTransaction) throws -> Account? {
        guard let account = try token.user.flatMap({ try transaction.account($0) }), account.disabledAt == nil else {
            return nil
        }
        return account
    }
}

/// Whom a good token stands for.
struct TokenHolder: Sendable {
    /// nil for a client's own.
    let account: Account?
    /// nil for a client's own, and for one of `/auth`.
    let grant: Grant?
}
