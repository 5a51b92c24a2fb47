import AuthCore
import GRDB

extension Database {
    /// Refuses where a table has given out the largest id there is (`AUTOINCREMENT` gives none twice): SQLite calls that a
    /// full disk.
    /// - Throws: ``AuthError/unavailable(_:)`` naming the table and the remedy.
    func requireIDsLeft() throws {
        let sql = "SELECT name FROM sqlite_sequence WHERE seq = \(Int64.max) ORDER BY name LIMIT 1"
        guard let table = try String.fetchOne(self, sql: sql) else { return }
        throw AuthError.unavailable(
            "the table \(table) has no id left after \(Int64.max): give the row with this id a smaller one, and set seq"
                + " of \(table) in sqlite_sequence to the largest that is there then")
    }
}
