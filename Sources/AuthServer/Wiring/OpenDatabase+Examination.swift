import AuthCore
import AuthPostgres
import AuthSQL
import AuthSQLite

extension OpenDatabase {
    /// So many password hashes are looked at: the youngest.
    static let examinedHashes = 100_000

    /// What there is to see without changing anything.
    /// - Throws: with one line for the operator.
    static func examine(_ address: DatabaseAddress, time: any TimeSource) throws -> DatabaseExamination {
        switch address {
        case .sqlite(let path): try SQLiteStore.examine(path: path, hashes: examinedHashes)
        case .postgres(let address): try PostgresStore.examine(address, hashes: examinedHashes, time: time)
        }
    }
}
