/// Use case: who an access token with the scope `openid` stands for (OpenID Connect Core 1.0 §5.3).
package struct ReadUserInfo: Sendable {
    private let store: any Store
    private let tokens: AccessTokens

    /// From this store.
    package init(store: any Store, tokens: AccessTokens) {
        self.store = store
        self.tokens = tokens
    }

    /// `sub`, and the claims of the scopes that were granted.
    /// - Throws: ``AuthError/bearerRefused(_:)``.
    package func callAsFunction(_ text: String) async throws -> [(name: String, value: JSONValue)] {
        guard let token = tokens.read(text) else { throw AuthError.bearerRefused(.invalid) }
        let holder = try await store.read { [tokens] transaction in try tokens.holder(of: token, in: transaction) }
        guard let holder else { throw AuthError.bearerRefused(.invalid) }
        guard token.scopes.contains(.openID), let claims = holder.account else {
            throw AuthError.bearerRefused(.insufficientScope(.openID))
        }
        return [("sub", .string(token.subject))] + claims.members(for: token.scopes)
    }
}
