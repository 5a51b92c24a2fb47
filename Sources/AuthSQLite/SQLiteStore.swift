// AuthSQLite owns GRDB: opening a file, one writer with group commit, erasing what was secret. It must not hold a
// statement of the port or a rule.

package import AuthCore
import AuthSQL
import Dispatch
package import GRDB

/// The ``Store`` in one SQLite file: write-ahead log, `synchronous=FULL`, one writer.
package final class SQLiteStore: Store {
    /// For tests, which look at rows that the port does not show.
    package let database: any DatabaseWriter
    private let writer: GroupCommit
    private let readers: GroupRead
    private let files: DatabaseFiles?

    private init(_ database: any DatabaseWriter, files: DatabaseFiles? = nil) {
        self.database = database
        self.files = files
        writer = GroupCommit(database, files: files)
        // In memory there is one connection.
        let patience = DispatchTimeInterval.milliseconds(files == nil ? 0 : 20)
        readers = GroupRead(database, patience: patience) { try files?.requireUnchanged() }
    }

    /// Opens the file, creates it if need be, and brings its tables up to date.
    /// - Throws: ``OperatorError/refused(_:)`` with one line for the operator.
    package convenience init(path: String) throws {
        let pool = try Self.open(path)
        self.init(pool, files: DatabaseFiles(openedAt: path))
    }

    /// A store in memory, empty, gone with its last reference: for tests.
    package static func inMemory() throws -> SQLiteStore { SQLiteStore(try openInMemory()) }

    /// On one of several readers, beside the writer, with those that wait.
    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        try await reading { driver in try body(driver.transaction) }
    }

    /// What every read begins and ends with.
    private func reading<Result: Sendable>(
        _ body: @escaping @Sendable (SQLiteDriver) throws -> Result
    ) async throws -> Result {
        do {
            return try await readers.run(body)
        } catch let error as DatabaseError {
            throw error.asUnavailable
        }
    }

    /// On the one writer, in a batch with those that wait: one flush for all.
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        carriedOut: @escaping @Sendable (Result) -> Void
    ) async throws -> Result {
        try await writer.run(body, carriedOut: carriedOut)
    }

    /// ``read(_:)`` for tests, where nobody minds that it blocks.
    package func readNow<Result>(_ body: (any ReadTransaction) throws -> Result) throws -> Result {
        try database.read { db in try body(SQLiteDriver(db: db).transaction) }
    }

    /// Reads one page, and that the tables are there and can take rows.
    package func ping() async throws {
        // GRDB looks into the file to begin a transaction.
        try await reading { driver in
            try driver.lookAtTables()
            try driver.db.requireIDsLeft()
        }
    }

    /// What became of the files, as a clause for the operator; nil while they are those that were opened.
    package func loss() async -> String? {
        guard let files else { return nil }
        // A look at a path may wait for a disk.
        let loss = await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: files.loss) }
        }
        // A reader that was opened meanwhile has the other file; those that follow are opened anew.
        if loss != nil { (database as? DatabasePool)?.invalidateReadOnlyConnections() }
        return loss
    }

    /// Folds the write-ahead log into the file that was opened, wherever that is now: it is whole then, and the log holds
    /// nothing that SQLite would put into a file which took its name.
    package func foldLogIn() async {
        try? await database.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    }

    /// Closes the file, which folds the write-ahead log into it: nothing but the one file is left.
    package func close() {
        readers.close()
        // The readers first: GRDB's `close` begins with the writer, and only a writer that goes last folds the log in.
        (database as? DatabasePool)?.invalidateReadOnlyConnections()
        try? database.close()
    }
}
