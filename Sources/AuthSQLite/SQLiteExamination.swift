package import AuthSQL
import GRDB

extension SQLiteStore {
    /// Looks a file over that exists, page by page, changing nothing; servers go on meanwhile.
    /// - Parameter hashes: how many password hashes are read at most.
    /// - Throws: ``OperatorError/refused(_:)`` where it cannot be opened.
    package static func examine(path: String, hashes: Int) throws -> DatabaseExamination {
        try withFile(path) { db in
            let verdict = try String.fetchOne(db, sql: "PRAGMA quick_check(1)") ?? "nothing"
            return DatabaseExamination(
                version: "SQLite \(try String.fetchOne(db, sql: "SELECT sqlite_version()") ?? "0")",
                damage: verdict == "ok" ? nil : verdict, clockAhead: nil,
                lastWritten: try SQLiteCopy.lastWritten(db),
                hashes: try SQLiteDriver(db: db).passwordHashes(atMost: hashes))
        }
    }
}
