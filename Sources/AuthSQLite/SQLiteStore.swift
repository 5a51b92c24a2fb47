// AuthSQLite owns GRDB: opening a file, one writer with group commit, erasing what was secret. It must not hold a
// statement of the port or a rule.

package import AuthCore
import AuthSQL
package import GRDB

/// The ``Store`` in one SQLite file: write-ahead log, `synchronous=FULL`, one writer.
package final class SQLiteStore: Store {
    /// For tests, which look at rows that the port does not show.
    package let database: any DatabaseWriter
    private let writer: GroupCommit

    private init(_ database: any DatabaseWriter) {
        self.database = database
        writer = GroupCommit(database)
    }

    /// Opens the file, creates it if need be, and brings its tables up to date.
    /// - Throws: ``OperatorError/refused(_:)`` with one line for the operator.
    package convenience init(path: String) throws { self.init(try Self.open(path)) }

    /// A store in memory, empty, gone with its last reference: for tests.
    package static func inMemory() throws -> SQLiteStore { SQLiteStore(try openInMemory()) }

    /// On one of several readers, beside the writer.
    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        do {
            return try await database.read { db in try body(SQLiteDriver(db: db).transaction) }
        } catch let error as DatabaseError {
            throw error.asUnavailable
        }
    }

    /// On the one writer, in a batch with those that wait: one flush for all.
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result
    ) async throws -> Result {
        try await writer.run(body)
    }

    /// ``read(_:)`` for tests, where nobody minds that it blocks.
    package func readNow<Result>(_ body: (any ReadTransaction) throws -> Result) throws -> Result {
        try database.read { db in try body(SQLiteDriver(db: db).transaction) }
    }

    /// Reads one page.
    package func ping() async throws {
        // GRDB looks into the file to begin a transaction.
        try await read { _ in }
    }

    /// Closes the file, which folds the write-ahead log into it: nothing but the one file is left.
    package func close() {
        // The readers first: GRDB's `close` begins with the writer, and only a writer that goes last folds the log in.
        (database as? DatabasePool)?.invalidateReadOnlyConnections()
        try? database.close()
    }
}
