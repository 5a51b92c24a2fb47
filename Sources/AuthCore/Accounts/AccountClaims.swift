/// What clients are told of an account, as far as their scopes go.
package struct AccountClaims: Equatable, Sendable {
    /// `preferred_username`.
    package let username: String
    /// `email`, where it has one.
    package let email: String?

    /// What an account with these columns is known by.
    package init(username: String, email: String?) {
        self.username = username
        self.email = email
    }

    /// What a client that was granted `scopes` is told: OpenID Connect Core 1.0 §5.4. Nobody has checked the address, so there
    /// is no `email_verified`: clients take false for a refusal.
    func members(for scopes: [Scope]) -> [(name: String, value: JSONValue)] {
        var members: [(name: String, value: JSONValue)] = []
        if scopes.contains(.profile) { members.append(("preferred_username", .string(username))) }
        if scopes.contains(.email), let email { members.append(("email", .string(email))) }
        return members
    }
}

extension Account {
    /// What clients are told of it.
    package var claims: AccountClaims { AccountClaims(username: username, email: email) }
}
