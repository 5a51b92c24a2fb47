/// Port: where accounts, keys and the audit log live.
///
/// A unit of work is a synchronous body: nothing in it can wait for a hash, a signature or the network. All of its
/// changes are durable when the call returns, or none is. A body may run again after a conflict, so it changes nothing
/// but the transaction. The caller's cancellation does not undo a unit of work that has begun.
///
/// Every call may throw ``AuthError/unavailable(_:)``.
package protocol Store: Sendable {
    /// Runs `body` on one consistent state.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result

    /// Runs `body` alone, and commits.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result
    ) async throws -> Result
}

/// What a unit of work may look at.
package protocol ReadTransaction {
    /// The account under the first of these spellings that has one; compared byte by byte.
    func user(named spellings: [String]) throws -> User?
    /// Every key, by ascending kid.
    func keys() throws -> [StoredKey]
    /// The key-encryption keys' records: one, or none in a new database or a file of the original.
    func keyEncryptionKeys() throws -> [KeyEncryptionKeyRecord]
    /// Successful logins in the audit log from `start` to `end`, to the second.
    func successfulLogins(from start: Timestamp, to end: Timestamp) throws -> Int
    /// What a running server last recorded; nil when none has yet.
    func keyPropagation() throws -> KeyPropagation?
}

/// What a unit of work may change.
package protocol WriteTransaction: ReadTransaction {
    /// - Throws: ``AuthError/usernameTaken`` or ``AuthError/emailTaken``, as the constraints decide.
    func insert(_ user: NewUser) throws
    /// Sets `last_login`.
    func recordLogin(of user: UserID, at moment: Timestamp) throws
    /// Replaces the hash if it still is `old`; false when it was not.
    func replacePasswordHash(of user: UserID, from old: PasswordHash, to new: PasswordHash) throws -> Bool
    func append(_ entry: AuthLogEntry) throws

    /// A kid that no key has or had, deleted ones included.
    func nextKeyID() throws -> KeyID
    func insert(_ key: StoredKey) throws
    /// Replaces everything but the kid.
    func update(_ key: StoredKey) throws
    func deleteKey(_ id: KeyID) throws
    /// Promises that tokens signed under an *active* `id` may live until `moment`; false when it is not active.
    /// Never shortens a promise.
    func reserveSigning(under id: KeyID, until moment: Timestamp, withdrawnAt: Timestamp) throws -> Bool

    func insert(_ key: KeyEncryptionKeyRecord) throws
    func deleteKeyEncryptionKey(_ id: KeyEncryptionKeyID) throws

    /// Replaces what was recorded before.
    func record(_ readiness: KeyPropagation) throws
}
