import AuthCore
import AuthSQL
import GRDB
import Glibc
import Synchronization

/// The writer: units of work that wait together are committed together, with one `fsync` for all of them.
///
/// Each unit runs in a savepoint of its own, so that one that fails leaves the others alone; no unit is answered before
/// the commit. With `synchronous=FULL` that turns one disk flush per login into one per batch.
final class GroupCommit: Sendable {
    /// The largest batch: bounds how long the first unit waits for the last.
    private static let largestBatch = 256

    /// Runs a unit and answers how to tell its caller, given what became of the commit.
    private typealias Unit = @Sendable (SQLiteDriver) throws -> @Sendable ((any Error)?) -> Void

    private struct Queue {
        var waiting: [(run: Unit, fail: @Sendable (any Error) -> Void)] = []
        var isDraining = false
    }

    private let database: any DatabaseWriter
    private let files: DatabaseFiles?
    private let queue = Mutex(Queue())
    private let mustErase = Mutex(false)

    /// - Parameter files: what the database was opened on; nil in memory.
    init(_ database: any DatabaseWriter, files: DatabaseFiles?) {
        self.database = database
        self.files = files
    }

    func run<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        carriedOut: @escaping @Sendable (Result) -> Void
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let unit: Unit = { driver in
                let result = try Self.inSavepoint(driver) { try body(driver.transaction) }
                if case .success(let result) = result { carriedOut(result) }
                return { failure in continuation.resume(with: failure.map { .failure($0) } ?? result) }
            }
            let mustStart = queue.withLock { queue in
                queue.waiting.append((unit, { continuation.resume(throwing: $0) }))
                defer { queue.isDraining = true }
                return !queue.isDraining
            }
            if mustStart { drain() }
        }
    }

    /// A failure of the unit itself is its result; a failure of the database is thrown, for the whole batch.
    private static func inSavepoint<Result>(
        _ driver: SQLiteDriver, _ body: () throws -> Result
    ) throws -> Swift.Result<Result, any Error> {
        do {
            return .success(try undoingFailure(driver, body))
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            return .failure(error.asUnavailable)
        } catch let error as DatabaseError {
            throw error
        } catch {
            return .failure(error)
        }
    }

    /// As GRDB's `inSavepoint`, which parses them too.
    private static func undoingFailure<Result>(_ driver: SQLiteDriver, _ body: () throws -> Result) throws -> Result {
        try driver.run(.beginUnit, values: [])
        do {
            let result = try body()
            try driver.run(.endUnit, values: [])
            return result
        } catch {
            // Where SQLite has ended the whole transaction by itself there is none any more.
            try? driver.run(.undoUnit, values: [])
            try? driver.run(.endUnit, values: [])
            throw error
        }
    }

    /// Once the transaction is over: a full disk, and what SQLite calls one, ends it by itself.
    private static func named(_ error: any Error, _ db: Database) -> any Error {
        guard let error = error as? DatabaseError else { return error }
        do {
            if error.resultCode == .SQLITE_FULL { try db.requireIDsLeft() }
        } catch let named as AuthError {
            return named
        } catch {}
        return error.asUnavailable
    }

    private func drain() {
        database.asyncWriteWithoutTransaction { db in
            let prepared = PreparedStatements(db)
            while true {
                // Whoever else wants the core goes first, and may bring what this flush can serve too. Where nobody does,
                // this costs nothing: batches grow with the load alone.
                sched_yield()
                let batch = self.queue.withLock { queue in
                    let batch = queue.waiting.takeFirst(Self.largestBatch)
                    if batch.isEmpty { queue.isDraining = false }
                    return batch
                }
                if batch.isEmpty { return }
                self.commit(batch, db, prepared)
            }
        }
    }

    private func commit(
        _ batch: [(run: Unit, fail: @Sendable (any Error) -> Void)], _ db: Database, _ prepared: PreparedStatements
    ) {
        var answers: [@Sendable ((any Error)?) -> Void] = []
        let erasure = SecretErasure()
        let driver = SQLiteDriver(db: db, prepared, erasure: erasure)
        do {
            try files?.requireUnchanged()
            try db.inTransaction("BEGIN IMMEDIATE") {
                for unit in batch { answers.append(try unit.run(driver)) }
            }
            if erasure.isRequired { mustErase.withLock { $0 = true } }
            emptyLog(db)
            // Again: what went into a file that was deleted meanwhile is acknowledged to no one.
            try files?.requireUnchanged()
            for answer in answers { answer(nil) }
        } catch {
            let failure = Self.named(error, db)
            for answer in answers { answer(failure) }
            for unit in batch.dropFirst(answers.count) { unit.fail(failure) }
        }
    }

    /// A private half that was destroyed, or sealed under a secret that leaked, is to be in no file of ours: free pages
    /// are overwritten (`secure_delete`), and the log is emptied here; after the next commit, if a reader is in the way.
    private func emptyLog(_ db: Database) {
        guard mustErase.withLock({ $0 }) else { return }
        if (try? db.checkpoint(.truncate)) != nil { mustErase.withLock { $0 = false } }
    }
}

extension SQLStatement {
    fileprivate static let beginUnit = SQLStatement("SAVEPOINT unit")
    fileprivate static let endUnit = SQLStatement("RELEASE unit")
    fileprivate static let undoUnit = SQLStatement("ROLLBACK TO unit")
}
