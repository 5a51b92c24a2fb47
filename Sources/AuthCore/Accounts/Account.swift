/// An account as an operator sees it: all but its password.
package struct Account: Equatable, Sendable {
    /// The `sub` of its tokens.
    package let id: UserID
    /// The name as it is stored: one of an older implementation may hold what no new name does.
    package let username: String
    /// Where it has one.
    package let email: String?
    /// When it was opened, to the second; nil where that cannot be read.
    package let registeredAt: Timestamp?
    /// When somebody last logged in to it, to the second; nil for never, and where that cannot be read.
    package let lastLogin: Timestamp?
    /// Since when nobody can log in to it; nil while it is not disabled.
    package let disabledAt: Timestamp?
    /// Whether its password opens nothing but ``ChangePassword``.
    package let mustChangePassword: Bool
    /// When its password was last changed or reset; nil for the one that it was opened with.
    package let passwordChangedAt: Timestamp?

    /// An account with these columns.
    package init(
        id: UserID, username: String, email: String?, registeredAt: Timestamp?, lastLogin: Timestamp? = nil,
        disabledAt: Timestamp? = nil, mustChangePassword: Bool = false, passwordChangedAt: Timestamp? = nil
    ) {
        self.id = id
        self.username = username
        self.email = email
        self.registeredAt = registeredAt
        self.lastLogin = lastLogin
        self.disabledAt = disabledAt
        self.mustChangePassword = mustChangePassword
        self.passwordChangedAt = passwordChangedAt
    }
}
