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
        while true {
            let batch = queue.withLock { queue in
                let batch = Array(queue.waiting.prefix(Self.largestBatch))
                queue.waiting.removeFirst(batch.count)
                if batch.isEmpty { queue.idle.append(thread) }
                return batch
            }
            if batch.isEmpty { return }
            for answer in answers(to: batch) { answer() }
        }
    }

    private func answers(to batch: [Unit]) -> [@Sendable () -> Void] {
        var answers: [@Sendable () -> Void] = []
        do {
            try database.read { db in
                try check()
                let driver = SQLiteDriver(db: db)
                for unit in batch { answers.append(unit(.success(driver))) }
            }
        } catch {
            // A read that was carried out stays so: only those that were not are told.
            answers += batch.dropFirst(answers.count).map { unit in unit(.failure(error)) }
        }
        return answers
    }
}
