// Audit owns what was tried and what came of it. It must not decide anything.

/// The audit's slice of the store: what may be read.
package protocol AuditReads {
    /// Successful logins in `auth_logs` from `start` to `end`, to the second.
    func successfulLogins(from start: Timestamp, to end: Timestamp) throws -> Int
}

/// The audit's slice of the store: what may be changed.
package protocol AuditWrites: AuditReads {
    /// Adds an attempt whose password was checked.
    func append(_ entry: AuthLogEntry) throws
}
