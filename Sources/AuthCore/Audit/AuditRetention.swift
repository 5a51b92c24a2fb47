/// How long rows of the two logs are kept: a pure value.
package struct AuditRetention: Equatable, Sendable {
    /// How many rows one statement deletes: a millisecond or two, in which a login may wait for its turn to write. At
    /// ``PruningPace/pause`` that is up to 2,400 rows a second, many times what logins add.
    package static let step = 60

    /// Of the audit log; nil for ever.
    package let audit: Duration?
    /// Of `auth_logs`; nil for ever.
    package let authLogs: Duration?

    /// - Parameters:
    ///   - audit: zero for ever.
    ///   - authLogs: zero for ever.
    package init(audit: Duration, authLogs: Duration) {
        self.audit = audit > .zero ? audit : nil
        self.authLogs = authLogs > .zero ? authLogs : nil
    }

    /// Whether anything is ever deleted.
    package var isLimited: Bool { audit != nil || authLogs != nil }
}
