// Audit owns what was done and tried and what came of it: who sees it, and how long it is kept. It must not decide
// anything of what it records.

/// The audit's slice of the store: what may be read.
package protocol AuditReads {
    /// Successful logins in `auth_logs` from `start` to `end`, to the second.
    func successfulLogins(from start: Timestamp, to end: Timestamp) throws -> Int
    /// The newest rows of the audit log, newest first; of one moment, the highest number first.
    /// - Parameters:
    ///   - filter: which of them.
    ///   - position: where the page before this one ended; ``AuditPosition/newest`` for the first one.
    ///   - examined: at most so many rows are looked at: no unit of work is long, whatever the filter.
    ///   - limit: at most so many are answered.
    func auditPage(
        _ filter: AuditFilter, before position: AuditPosition, examining examined: Int, limit: Int
    ) throws -> AuditPage
    /// Rows of the audit log by their number, lowest first.
    /// - Parameters:
    ///   - number: only higher ones.
    ///   - last: none higher than this.
    ///   - limit: at most so many.
    func auditRecords(
        _ filter: AuditFilter, after number: Int64, through last: Int64, limit: Int
    ) throws -> [AuditRecord]
    /// The highest number in the audit log; 0 where it is empty.
    func lastAuditNumber() throws -> Int64
}

/// The audit's slice of the store: what may be changed.
package protocol AuditWrites: AuditReads {
    /// Adds an attempt whose password was checked to `auth_logs`.
    func append(_ entry: AuthLogEntry) throws
    /// Adds a row to the audit log, in the unit of work that does what it tells.
    func append(_ event: AuditEvent) throws
    /// Deletes rows of the audit log that are older than `moment`, the oldest first. Many at once delete each row once,
    /// and wait for nobody.
    /// - Returns: how many, at most `limit`.
    func deleteAuditEvents(before moment: Timestamp, limit: Int) throws -> Int
    /// Deletes rows of `auth_logs` that are older than `moment`, to the second, among the `limit` that came first.
    /// - Returns: how many.
    func deleteAuthLogs(before moment: Timestamp, limit: Int) throws -> Int
}
