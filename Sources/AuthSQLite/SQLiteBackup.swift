import AuthCore
import AuthSQL
import GRDB

/// Copies a file that a server may be writing to.
package enum SQLiteBackup {
    /// Writes one state of `source` into `target`: an empty file that was made for it and keeps its mode. What is deleted
    /// in the source is not in the copy; a write-ahead log is not needed beside it. Servers go on writing.
    /// - Throws: ``OperatorError/refused(_:)`` in one line; what is in the target then is of no use.
    package static func write(from source: String, to target: String) throws {
        try SQLiteStore.withQueue(source, named: "JWKS_DATABASE names \(source)") { queue in
            let before = try queue.read { db in try RowCounts(db) }
            do {
                try queue.writeWithoutTransaction { db in try db.execute(sql: "VACUUM INTO ?", arguments: [target]) }
            } catch let error as DatabaseError {
                throw OperatorError.refused(
                    "the copy of \(source) was not finished: \(error.message ?? error.resultCode.description)")
            }
            let copied = try SQLiteStore.withQueue(target, named: "the copy is \(target)") { copy in
                try copy.read { db in try RowCounts(db, upTo: before) }
            }
            let after = try queue.read { db in try RowCounts(db, upTo: before) }
            guard let table = copied.table(notBetween: after, and: before) else { return }
            throw OperatorError.refused(
                "the copy of \(source) has lost or gained rows of \(table): check the disk, then try again")
        }
    }
}

/// How many rows each table that hands out numbers has, up to a number that had been handed out when the first count was
/// taken. Nothing is inserted below it any more, so that from then on a count can only fall, whoever writes meanwhile:
/// that of a copy lies between one taken before and one taken after.
private struct RowCounts {
    private struct Count {
        let last: Int64
        let rows: Int
    }

    private var counts: [ExportedTable: Count] = [:]

    init(_ db: Database, upTo limits: RowCounts? = nil) throws {
        for table in ExportedTable.allCases {
            guard let column = table.countedColumn, try db.tableExists(table.rawValue) else { continue }
            if let limits, limits.counts[table] == nil { continue }
            let last =
                try limits?.counts[table]?.last
                ?? (Int64.fetchOne(db, sql: "SELECT max(\(column)) FROM \(table.rawValue)") ?? 0)
            let rows = try Int.fetchOne(
                db, sql: "SELECT count(*) FROM \(table.rawValue) WHERE \(column) <= ?", arguments: [last])
            counts[table] = Count(last: last, rows: rows ?? 0)
        }
    }

    /// The first table whose count is not within those of two others.
    func table(notBetween least: RowCounts, and most: RowCounts) -> String? {
        most.counts.first { table, most in
            let rows = counts[table]?.rows ?? -1
            return rows > most.rows || rows < (least.counts[table]?.rows ?? 0)
        }?.key.rawValue
    }
}
