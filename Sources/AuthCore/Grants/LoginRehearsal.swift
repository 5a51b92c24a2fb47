/// How the logins of one client would go, by what the store holds at one moment.
package struct LoginRehearsal: Sendable {
    /// What a token request would be given.
    package struct Tokens: Equatable, Sendable {
        /// What may be done with them, in the order in which it was asked for.
        package let scopes: [Scope]
        /// `aud` of the access token, never empty.
        package let audience: [String]
        /// `typ` of the access token.
        package let tokenType: TokenType
        /// The access token's.
        package let accessLifetime: Duration
        /// The ID token's; nil where none would be given.
        package let identityLifetime: Duration?
        /// Whether a refresh token would be given.
        package let refreshes: Bool
    }

    /// An authorization request, as the client would send it.
    package struct Request: Sendable {
        /// Where its answer is to go.
        package let redirectURI: String
        /// What its code is exchanged for, or why there is no code.
        package let outcome: Result<Tokens, AuthorizationRefusal>
    }

    /// As it is registered.
    package let client: Client
    /// Those that it may prove itself with, oldest first.
    package let secrets: [ClientSecretRecord]
    /// Whether the secret that it is configured with is one of them; nil where nobody said what that is.
    package let isSecretRight: Bool?
    /// Those that it may ask for tokens for.
    package let resources: [Resource]
    /// The key that its ID tokens are signed with; nil where there is none.
    package let signingKey: KeyID?
    /// One for each redirect URI; empty for a client that uses no codes.
    package let requests: [Request]
    /// What it is given for itself; nil for a client that asks for no such tokens.
    package let own: Result<Tokens, AccessRefusal>?
    /// Who could sign in.
    package let accounts: AccountTally
}
