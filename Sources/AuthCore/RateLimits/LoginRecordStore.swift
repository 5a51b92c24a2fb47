/// The slice of the store that remembers who failed to log in: what may be read.
package protocol LoginRecordReads {
    /// What was counted; a row that cannot be read counts for nothing.
    func loginRecord(of key: LoginKey) throws -> LoginRecord
}

/// The slice of the store that remembers who failed to log in: what may be changed.
package protocol LoginRecordWrites: LoginRecordReads {
    /// Takes the turn of a block that has to wait between its attempts, for an attempt at `moment`.
    /// - Parameter seen: the moment of the attempt before.
    /// - Returns: false when somebody else took it since.
    func claimAttempt(of key: LoginKey, seen: Timestamp, at moment: Timestamp) throws -> Bool

    /// Counts a wrong password that was tried at `moment`.
    /// - Parameters:
    ///   - account: what ``AccountDigest`` makes of its name.
    ///   - block: whose it was; nil to count it for the account as a whole.
    ///   - before: a count whose last failure is not later begins anew.
    ///   - end: when the row says nothing any more.
    func countFailure(
        of account: [UInt8], block: AddressBlock?, at moment: Timestamp, forgetting before: Timestamp,
        until end: Timestamp
    ) throws

    /// Notes that somebody logged in to the account from the block, whose wrong passwords are forgotten.
    /// - Parameter end: when the row says nothing any more.
    func noteLogin(of key: LoginKey, at moment: Timestamp, until end: Timestamp) throws

    /// Forgets what was counted of the account as a whole, if that is less than `limit`.
    func forgetFailures(of account: [UInt8], fewerThan limit: Int) throws

    /// Deletes some of the rows that say nothing any more at `moment`: more than an attempt adds.
    func deleteSomeLoginRecords(expiredAt moment: Timestamp) throws
}
