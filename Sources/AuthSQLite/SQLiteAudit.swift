package import AuthCore
import AuthSQL
import GRDB

/// The audit log of a file that is not opened as a store.
package enum SQLiteAudit {
    /// Adds a row, whoever else writes to the file; none where an earlier server made the file, which has no audit log.
    /// - Throws: ``OperatorError`` in one line.
    package static func append(_ event: AuditEvent, in path: String) throws {
        try SQLiteStore.withQueue(path, named: "JWKS_DATABASE names \(path)") { queue in
            try queue.write { db in
                guard try db.tableExists("audit_events") else { return }
                try SQLiteDriver(db: db).transaction.append(event)
            }
        }
    }
}
