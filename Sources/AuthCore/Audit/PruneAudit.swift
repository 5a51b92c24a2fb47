/// Use case: the server forgets what is older than wanted, in steps that no login waits for.
package struct PruneAudit: Sendable {
    private let store: any Store
    private let retention: AuditRetention
    private let time: any TimeSource

    /// In this store.
    package init(store: any Store, retention: AuditRetention, time: any TimeSource) {
        self.store = store
        self.retention = retention
        self.time = time
    }

    /// Takes a step in each of the logs. Other servers of the store may do the same at the same time.
    /// - Returns: how long to wait before the next.
    package func callAsFunction() async throws -> Duration {
        let (now, start) = (time.now, time.uptime)
        var deleted = 0
        if let audit = retention.audit {
            deleted += try await store.write { transaction in
                try transaction.deleteAuditEvents(before: now - audit, limit: AuditRetention.step)
            }
        }
        if let authLogs = retention.authLogs {
            deleted += try await store.write { transaction in
                try transaction.deleteAuthLogs(before: now - authLogs, limit: AuditRetention.step)
            }
        }
        return PruningPace.pause(after: deleted, took: time.uptime - start)
    }
}
