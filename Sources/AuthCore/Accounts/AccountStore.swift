// Accounts owns who there is: names, addresses, passwords. It must not know what a token is.

/// The accounts' slice of the store: what may be read.
package protocol AccountReads {
    /// The account under the first of these spellings that has one; compared byte by byte.
    func user(named spellings: [String]) throws -> User?
    /// The account with this number, as an operator sees it.
    func account(_ id: UserID) throws -> Account?
    /// The accounts with a higher number than `id`, lowest first, at most `limit` of them.
    func accounts(after id: UserID, limit: Int) throws -> [Account]
}

/// The accounts' slice of the store: what may be changed.
package protocol AccountWrites: AccountReads {
    /// - Throws: ``AuthError/usernameTaken`` or ``AuthError/emailTaken``, as the constraints decide.
    func insert(_ user: NewUser) throws
    /// Sets `last_login`.
    /// - Returns: false where the account is disabled or gone, and nothing was set.
    func recordLogin(of user: UserID, at moment: Timestamp) throws -> Bool
    /// Replaces the hash if it still is `old`; false when it was not.
    func replacePasswordHash(of user: UserID, from old: PasswordHash, to new: PasswordHash) throws -> Bool
    /// Gives the account a password that its user chose, if the hash still is `old` and nobody disabled the account.
    /// - Returns: false when it was not, and nothing was changed.
    func changePassword(
        of user: UserID, from old: PasswordHash, to new: PasswordHash, at moment: Timestamp
    ) throws -> Bool
    /// Gives the account another password, whatever it had.
    /// - Parameter mustChange: whether the new one opens nothing but ``ChangePassword``.
    /// - Returns: false when there is no such account.
    func resetPassword(
        of user: UserID, to new: PasswordHash, mustChange: Bool, at moment: Timestamp
    ) throws -> Bool
    /// Gives the account another e-mail address, or none.
    /// - Returns: false when there is no such account.
    /// - Throws: ``AuthError/emailTaken``, as the constraint decides.
    func setEmail(of user: UserID, to email: EmailAddress?) throws -> Bool
    /// Disables the account.
    /// - Returns: false when it was disabled before, or there is none.
    func disable(_ user: UserID, at moment: Timestamp) throws -> Bool
    /// Holds the account until the unit of work ends, for who gives a session or a grant: who ends all of them meanwhile
    /// waits, and ends these too; who did so before is seen by everything that is read after this.
    /// - Returns: false when there is no such account.
    func hold(_ user: UserID) throws -> Bool
    /// Lets the account be used again.
    /// - Returns: false when it was not disabled.
    func enable(_ user: UserID) throws -> Bool
    /// Deletes the account, and its sessions, grants and consents with it. Its rows in `auth_logs` stay, as those of nobody; its
    /// number is never given again.
    /// - Returns: false when there is no such account.
    func deleteUser(_ user: UserID) throws -> Bool
}
