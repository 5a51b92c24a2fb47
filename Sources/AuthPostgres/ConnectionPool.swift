import AuthCore
import Dispatch
import Foundation
import Synchronization

/// A fixed number of threads, one connection each: libpq blocks, and neither an event loop nor the cooperative pool may
/// wait for it.
///
/// The queue before them is bounded in length and in time. When PostgreSQL is known not to answer nobody waits at all.
final class ConnectionPool: Sendable {
    /// A unit of work takes about a millisecond: eight at once are thousands a second, far more than hashes allow.
    static let size = 8
    private static let longestQueue = 1_024
    /// How long a unit of work may wait for a connection.
    private static let deadline: Duration = .seconds(1)

    private struct Job {
        let run: @Sendable (PostgresConnection) throws -> Void
        let fail: @Sendable (any Error) -> Void
        let deadline: ContinuousClock.Instant
    }

    private let address: PostgresAddress
    private let breaker: CircuitBreaker
    private let queue = Mutex<[Job]>([])
    private let signal = DispatchSemaphore(value: 0)
    private let threads = DispatchGroup()

    init(_ address: PostgresAddress, breaker: CircuitBreaker) {
        self.address = address
        self.breaker = breaker
        for number in 0..<Self.size {
            threads.enter()
            let thread = Thread {
                self.work()
                self.threads.leave()
            }
            thread.name = "postgres-\(number)"
            thread.start()
        }
    }

    /// Runs `unit` on a connection. It may be run a second time on another one if the first was found dead before
    /// anything could be committed. A transaction that it leaves open is undone once the caller has its answer.
    /// - Parameter limit: when to answer the caller at the latest, whatever becomes of `unit`; nil for when it is done.
    /// - Throws: what `unit` throws; ``AuthError/unavailable(_:)`` when there is no connection, or no answer, in time.
    func run<Result: Sendable>(
        within limit: Duration? = nil, _ unit: @escaping @Sendable (PostgresConnection) throws -> Result
    ) async throws -> Result {
        if let outage = breaker.outage { throw AuthError.unavailable(outage) }
        return try await withCheckedThrowingContinuation { continuation in
            let caller = WaitingCaller(continuation)
            let job = Job(
                run: { connection in caller.resume(with: .success(try unit(connection))) },
                fail: { caller.resume(with: .failure(($0 as? PostgresFailure)?.asUnavailable ?? $0)) },
                deadline: .now + Self.deadline)
            let isFull = queue.withLock { queue in
                if queue.count >= Self.longestQueue { return true }
                queue.append(job)
                return false
            }
            if isFull {
                job.fail(AuthError.unavailable("too many units of work wait for PostgreSQL"))
            } else {
                if let limit { caller.expire(after: limit) { self.breaker.wakeListener() } }
                signal.signal()
                // Its threads may have ended in the meantime.
                if breaker.isClosed { refuseWaiting() }
            }
        }
    }

    /// Ends the threads and their connections. What waits is refused.
    func close() {
        for _ in 0..<Self.size { signal.signal() }
        _ = threads.wait(timeout: .now() + 3)
        refuseWaiting()
    }

    private func refuseWaiting() {
        let waiting = queue.withLock { queue in
            defer { queue = [] }
            return queue
        }
        for job in waiting { job.fail(AuthError.unavailable("the database is closed")) }
    }

    private func work() {
        var connection: PostgresConnection?
        while true {
            signal.wait()
            let job = queue.withLock { $0.isEmpty ? nil : $0.removeFirst() }
            guard let job else {
                if breaker.isClosed { return }
                continue
            }
            if let outage = breaker.outage {
                connection = nil
                job.fail(AuthError.unavailable(outage))
            } else if job.deadline < .now {
                job.fail(AuthError.unavailable("no connection to PostgreSQL was free in time"))
            } else {
                carryOut(job, on: &connection)
            }
        }
    }

    private func carryOut(_ job: Job, on connection: inout PostgresConnection?) {
        if connection?.isUsable == false { connection = nil }
        var mayRetry = connection != nil
        while true {
            do {
                let usable = try connection ?? connect()
                connection = usable
                try job.run(usable)
                tidy(&connection)
                return
            } catch {
                if (error as? PostgresFailure)?.endsConnection == true {
                    // It takes with it what it had begun: nobody waits for its answer once more.
                    connection = nil
                }
                defer { tidy(&connection) }
                guard let failure = error as? PostgresFailure else { return job.fail(error) }
                if case .timedOut = failure.kind { breaker.report(outage: failure.reason) }
                // A connection that had died while nobody used it.
                guard mayRetry, case .lost(mayHaveCommitted: false) = failure.kind else { return job.fail(failure) }
                mayRetry = false
            }
        }
    }

    /// Leaves no transaction open.
    private func tidy(_ connection: inout PostgresConnection?) {
        connection?.rollBack()
        if connection?.isIdle == false { connection = nil }
    }

    private func connect() throws -> PostgresConnection {
        do {
            return try PostgresConnection(to: address)
        } catch let failure as PostgresFailure {
            breaker.report(outage: failure.reason)
            throw failure
        }
    }
}
