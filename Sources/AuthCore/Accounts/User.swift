/// The immutable number of an account: the `sub` of its tokens, never given to another account.
package typealias UserID = Int64

/// An account as the store holds it.
package struct User: Equatable, Sendable {
    package let id: UserID
    package let username: String
    package let passwordHash: PasswordHash

    package init(id: UserID, username: String, passwordHash: PasswordHash) {
        self.id = id
        self.username = username
        self.passwordHash = passwordHash
    }
}

/// An account about to be stored.
package struct NewUser: Equatable, Sendable {
    package let username: Username
    package let email: EmailAddress?
    package let passwordHash: PasswordHash
    package let registeredAt: Timestamp

    package init(username: Username, email: EmailAddress?, passwordHash: PasswordHash, registeredAt: Timestamp) {
        self.username = username
        self.email = email
        self.passwordHash = passwordHash
        self.registeredAt = registeredAt
    }
}
