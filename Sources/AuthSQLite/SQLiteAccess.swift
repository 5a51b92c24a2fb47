package import AuthCore
import AuthSQL
import GRDB

/// Sessions, grants and consents of a file that is not opened as a store.
package enum SQLiteAccess {
    /// Ends all of them, and forgets the consents: which of them were withdrawn since cannot be told. None where an earlier server made the file, which has none.
    /// - Returns: how many.
    /// - Throws: ``OperatorError`` in one line.
    package static func endAll(
        for reason: GrantEnd, at moment: Timestamp, in path: String
    ) throws -> SignOutEverywhere.Outcome {
        try SQLiteStore.withQueue(path, named: "the copy is \(path)") { queue in
            try queue.write { db in
                guard try db.tableExists("grants"), try db.tableExists("sessions") else {
                    return SignOutEverywhere.Outcome(sessions: 0, grants: 0)
                }
                let transaction = SQLiteDriver(db: db).transaction
                if try db.tableExists(ExportedTable.consents.rawValue) { try transaction.forgetAllConsents() }
                return SignOutEverywhere.Outcome(
                    // A copy from before anybody was told holds nobody who is to be.
                    sessions: try db.tableExists("logout_deliveries")
                        ? transaction.endAllSessions(at: moment) : deleteSessions(in: db),
                    grants: try transaction.endAllGrants(for: reason, at: moment))
            }
        }
    }

    private static func deleteSessions(in db: Database) throws -> Int {
        try db.execute(sql: "DELETE FROM sessions")
        return db.changesCount
    }
}
