// Accounts owns who there is: names, addresses, passwords. It must not know what a token is.

/// The accounts' slice of the store: what may be read.
package protocol AccountReads {
    /// The account under the first of these spellings that has one; compared byte by byte.
    func user(named spellings: [String]) throws -> User?
}

/// The accounts' slice of the store: what may be changed.
package protocol AccountWrites: AccountReads {
    /// - Throws: ``AuthError/usernameTaken`` or ``AuthError/emailTaken``, as the constraints decide.
    func insert(_ user: NewUser) throws
    /// Sets `last_login`.
    func recordLogin(of user: UserID, at moment: Timestamp) throws
    /// Replaces the hash if it still is `old`; false when it was not.
    func replacePasswordHash(of user: UserID, from old: PasswordHash, to new: PasswordHash) throws -> Bool
}
