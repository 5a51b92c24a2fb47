import Dispatch
import GRDB
import Synchronization

/// The readers: units of work that wait together are carried out together, on one state of the database, by one thread
/// that was woken once. Each sees whatever was committed before it was asked for.
final class GroupRead: Sendable {
    /// How many read at the same time, at most: as many connections.
    static let most = 4
    /// Units that wait for each reader at work before another one helps.
    private static let fair = 16
    /// The largest batch: bounds how long the first unit's answer waits for the last.
    private static let largestBatch = 32

    /// Carries a unit out and returns what tells its caller; nil where there is no database to do it on.
    private typealias Unit = @Sendable (Swift.Result<SQLiteDriver, any Error>) -> @Sendable () -> Void

    private struct Queue {
        var waiting: [Unit] = []
        var idle: [DispatchQueue]
    }

    private let database: any DatabaseReader
    /// Of each batch, before its first unit.
    private let check: @Sendable () throws -> Void
    private let queue: Mutex<Queue>

    /// - Parameter check: a reason for which nothing may be read.
    init(_ database: any DatabaseReader, check: @escaping @Sendable () throws -> Void) {
        self.database = database
        self.check = check
        // Serial ones have threads beside those of the cooperative pool, which must not wait for a disk.
        queue = Mutex(Queue(idle: (0..<Self.most).map { DispatchQueue(label: "SQLite reader \($0)") }))
    }

    func run<Result: Sendable>(_ body: @escaping @Sendable (SQLiteDriver) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let unit: Unit = { driver in
                let result = Swift.Result { try body(driver.get()) }
                return { continuation.resume(with: result) }
            }
            let helper = queue.withLock { queue in
                queue.waiting.append(unit)
                let readers = Self.most - queue.idle.count
                return queue.waiting.count > readers * Self.fair ? queue.idle.popLast() : nil
            }
            if let helper { helper.async { self.drain(on: helper) } }
        }
    }

    private func drain(on thread: DispatchQueue) {
        var batch = next(for: thread)
        while !batch.isEmpty {
            do {
                // A connection, and what it has prepared, take longer to come by than most reads: they are kept while there is
                // something to read. After a failure it is another one's turn.
                try database.unsafeRead { db in
                    let driver = SQLiteDriver(db: db)
                    while !batch.isEmpty {
                        try carryOut(&batch, driver)
                        batch = next(for: thread)
                    }
                }
            } catch {
                for unit in batch { unit(.failure(error))() }
                batch = next(for: thread)
            }
        }
    }

    /// Those that wait; where there are none the thread is free.
    private func next(for thread: DispatchQueue) -> [Unit] {
        queue.withLock { queue in
            let batch = Array(queue.waiting.prefix(Self.largestBatch))
            queue.waiting.removeFirst(batch.count)
            if batch.isEmpty { queue.idle.append(thread) }
            return batch
        }
    }

    /// - Parameter batch: of which those are left that were not carried out.
    private func carryOut(_ batch: inout [Unit], _ driver: SQLiteDriver) throws {
        var answers: [@Sendable () -> Void] = []
        // A read that was carried out stays so, whatever becomes of the others.
        defer {
            batch.removeFirst(answers.count)
            for answer in answers { answer() }
        }
        try driver.db.inTransaction("BEGIN DEFERRED") {
            try check()
            for unit in batch { answers.append(unit(.success(driver))) }
        }
    }
}
