/// The immutable number of an account: the `sub` of its tokens, never given to another account.
package typealias UserID = Int64

/// An account as the store holds it.
package struct User: Equatable, Sendable {
    /// The `sub` of its tokens.
    package let id: UserID
    /// The name as it is stored: one of an older implementation may be such as no new account gets.
    package let username: String
    /// Of its password.
    package let passwordHash: PasswordHash
    /// Whether an operator turned it off: no password is right then.
    package let isDisabled: Bool
    /// Whether its password opens nothing but ``ChangePassword``.
    package let mustChangePassword: Bool

    /// An account with these columns.
    package init(
        id: UserID, username: String, passwordHash: PasswordHash, isDisabled: Bool = false,
        mustChangePassword: Bool = false
    ) {
        self.id = id
        self.username = username
        self.passwordHash = passwordHash
        self.isDisabled = isDisabled
        self.mustChangePassword = mustChangePassword
    }
}

/// An account about to be stored.
package struct NewUser: Equatable, Sendable {
    /// Unique among all accounts.
    package let username: Username
    /// Unique among all accounts, where there is one.
    package let email: EmailAddress?
    /// Of its password.
    package let passwordHash: PasswordHash
    /// When it was opened.
    package let registeredAt: Timestamp
    /// Whether its password opens nothing but ``ChangePassword``.
    package let mustChangePassword: Bool

    /// An account that nobody has yet.
    package init(
        username: Username, email: EmailAddress?, passwordHash: PasswordHash, registeredAt: Timestamp,
        mustChangePassword: Bool = false
    ) {
        self.username = username
        self.email = email
        self.passwordHash = passwordHash
        self.registeredAt = registeredAt
        self.mustChangePassword = mustChangePassword
    }
}
