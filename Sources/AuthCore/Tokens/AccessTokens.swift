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

    /// Whom a token stands for; nil where anything has ended that it hangs on: the token was revoked, the grant is over, the
    /// account or the client is disabled or gone.
    func holder(of token: VerifiedToken, in transaction: any ReadTransaction) throws -> TokenHolder? {
        guard let tokenID = token.tokenID else { return nil }
        if let grant = token.grant {
            guard let user = token.user, let client = token.clientID.flatMap({ ClientID($0) }) else { return nil }
            return try transaction.claims(
                behind: GrantedToken(tokenID: tokenID, grant: grant, client: client, user: user), at: time.now
            ).map(TokenHolder.account)
        }
        if let text = token.clientID {
            guard text == token.subject, let client = ClientID(text) else { return nil }
            return try transaction.stands(client, behind: tokenID) ? .client : nil
        }
        return try token.user.flatMap { try transaction.claims(of: $0, behind: tokenID) }.map(TokenHolder.account)
    }
}

/// Whom a good token stands for.
enum TokenHolder: Sendable {
    /// A user, to whom it was given, or to a client on their behalf.
    case account(AccountClaims)
    /// The client itself.
    case client

    /// nil for a client's own.
    var account: AccountClaims? {
        guard case .account(let account) = self else { return nil }
        return account
    }
}
