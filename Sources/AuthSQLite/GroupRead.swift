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

    private final class Reader: Sendable {
        /// A serial one has a thread beside those of the cooperative pool, which must not wait for a disk.
        let thread: DispatchQueue
        /// To work, while it holds a connection.
        let call = DispatchSemaphore(value: 0)

        init(_ number: Int) { thread = DispatchQueue(label: "SQLite reader \(number)") }
    }

    private struct Queue {
        var waiting: [Unit] = []
        /// Those who hold a connection and wait for a call.
        var standing: [Reader] = []
        /// Those who hold none.
        var resting: [Reader]
        /// Whether nobody stands by any more.
        var isClosed = false

        var atWork: Int { GroupRead.most - standing.count - resting.count }
    }

    private let database: any DatabaseReader
    private let patience: DispatchTimeInterval
    /// Of each batch, before its first unit.
    private let check: @Sendable () throws -> Void
    private let readers: [Reader]
    private let queue: Mutex<Queue>

    /// - Parameters:
    ///   - patience: how long a reader holds its connection when there is nothing to read. That, and what it has prepared,
    ///     takes longer to come by than most reads. Nothing where the connection is the writer's too.
    ///   - check: a reason for which nothing may be read.
    init(_ database: any DatabaseReader, patience: DispatchTimeInterval, check: @escaping @Sendable () throws -> Void) {
        self.database = database
        self.patience = patience
        self.check = check
        readers = (0..<Self.most).map(Reader.init)
        queue = Mutex(Queue(resting: readers))
    }

    /// Returns when no reader holds a connection, but for what is read later.
    func close() {
        let standing = queue.withLock { queue in
            queue.isClosed = true
            defer { queue.standing = [] }
            return queue.standing
        }
        for reader in standing { reader.call.signal() }
        for reader in readers { reader.thread.sync {} }
    }

    func run<Result: Sendable>(_ body: @escaping @Sendable (SQLiteDriver) throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let unit: Unit = { driver in
                let result = Swift.Result { try body(driver.get()) }
                return { continuation.resume(with: result) }
            }
            let (standing, resting) = queue.withLock { queue -> (Reader?, Reader?) in
                queue.waiting.append(unit)
                guard queue.waiting.count > queue.atWork * Self.fair else { return (nil, nil) }
                if let reader = queue.standing.popLast() { return (reader, nil) }
                return (nil, queue.resting.popLast())
            }
            standing?.call.signal()
            if let resting { resting.thread.async { self.work(resting) } }
        }
    }

    /// What a reader does from its call until it rests again.
    private func work(_ reader: Reader) {
        var batch = next(for: reader, stands: false)
        while let units = batch {
            var rest = units
            do {
                // After a failure it is another connection's turn.
                try database.unsafeRead { db in
                    let driver = SQLiteDriver(db: db)
                    while batch != nil {
                        try carryOut(&rest, driver)
                        batch = next(for: reader, stands: true)
                        rest = batch ?? []
                    }
                }
            } catch {
                guard batch != nil else { return }
                for unit in rest { unit(.failure(error))() }
                batch = next(for: reader, stands: false)
            }
        }
    }

    /// The units that wait, or come soon where the reader stands by for them.
    /// - Returns: nil where there are none: the reader rests then.
    private func next(for reader: Reader, stands: Bool) -> [Unit]? {
        while true {
            let (batch, rests) = queue.withLock { queue -> ([Unit], Bool) in
                let batch = queue.waiting.takeFirst(Self.largestBatch)
                guard batch.isEmpty else { return (batch, false) }
                let rests = !stands || queue.isClosed
                if rests { queue.resting.append(reader) } else { queue.standing.append(reader) }
                return (batch, rests)
            }
            if !batch.isEmpty { return batch }
            if rests || !isCalled(reader) { return nil }
        }
    }

    /// Whether somebody calls a reader that stands by, before its patience ends; then it rests.
    private func isCalled(_ reader: Reader) -> Bool {
        if reader.call.wait(timeout: .now() + patience) == .success { return true }
        let rests = queue.withLock { queue in
            guard let place = queue.standing.firstIndex(where: { $0 === reader }) else { return false }
            queue.resting.append(queue.standing.remove(at: place))
            return true
        }
        // Somebody has just called it.
        if !rests { reader.call.wait() }
        return !rests
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
