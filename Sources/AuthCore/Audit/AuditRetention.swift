/// How long rows of the two logs are kept, and how fast they go: a pure value.
package struct AuditRetention: Equatable, Sendable {
    /// How many rows one statement deletes: a few milliseconds, in which a login may wait for its turn to write.
    package static let step = 250
    /// Between steps while there is more to delete: 2,500 rows a second, many times what logins add.
    package static let pause: Duration = .milliseconds(100)
    /// Between steps when nothing is old.
    package static let rest: Duration = .seconds(60)

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

    /// When the next step is due, after one that deleted so many rows.
    package static func pause(after deleted: Int) -> Duration { deleted > 0 ? pause : rest }
}
