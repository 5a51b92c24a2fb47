import AuthCore
import Dispatch
import Foundation
import Synchronization

/// A fixed number of threads, one connection each: libpq blocks, and neither an event loop nor the cooperative pool may
/// wait for it. Only a thread that has its connection takes work: where PostgreSQL grants fewer, these serve everybody.
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
        var deadline: ContinuousClock.Instant
        /// Connections that were lost under it, before anything could be committed.
        var losses = 0
    }

    private let breaker: CircuitBreaker
    private let opener: ConnectionOpener
    private let connections: Int
    private let queue = Mutex<[Job]>([])
    /// One for each job, for the threads that have a connection.
    private let signal = DispatchSemaphore(value: 0)
    private let threads = DispatchGroup()

    /// - Parameter first: what there is already; the other connections are opened at once, and in the background.
    init(_ address: PostgresAddress, first: PostgresConnection, breaker: CircuitBreaker, _ opening: PostgresOpening) {
        self.breaker = breaker
        connections = opening.connections
        opener = ConnectionOpener(address, first: first, breaker: breaker, opening)
        for number in 0..<connections {
            threads.enter()
            let thread = Thread {
                self.work()
                self.threads.leave()
            }
            thread.name = "postgres-\(number)"
            thread.start()
        }
    }

    /// Whether there is a connection, as far as is known.
    var hasConnections: Bool { opener.hasConnections }

    /// Runs `unit` on a connection. It may be run again on another one if the first was found dead before anything could
    /// be committed: all may have died together, each is found out by the one that uses it. A transaction that it leaves open is undone once the caller has its answer.
    /// - Parameter limit: when to answer the caller at the latest, whatever becomes of `unit`; nil for when it is done.
    /// - Throws: what `unit` throws; ``AuthError/unavailable(_:)`` when there is no connection, or no answer, in time.
    func run<Result: Sendable>(
        within limit: Duration? = nil, _ unit: @escaping @Sendable (PostgresConnection) throws -> Result
    ) async throws -> Result {
        if let standstill = opener.standstill { throw AuthError.unavailable(standstill) }
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
                // Who would have refused it may have done so with the others just before.
                refuseWaiting()
            }
        }
    }

    /// Has the threads without a connection look again: PostgreSQL is back.
    func connectAgain() { opener.wake() }

    /// Ends the threads and their connections, after the breaker was closed. What waits is refused.
    func close() {
        for _ in 0..<connections { signal.signal() }
        opener.wake()
        _ = threads.wait(timeout: .now() + 3)
        refuseWaiting()
    }

    /// Where nobody can be served, nobody waits.
    private func refuseWaiting() {
        guard let standstill = opener.standstill else { return }
        let waiting = queue.withLock { queue in
            defer { queue = [] }
            return queue
        }
        for job in waiting { job.fail(AuthError.unavailable(standstill)) }
    }

    private func work() {
        var connection = opener.takeFirst()
        while !breaker.isClosed {
            if connection == nil {
                connection = opener.open()
                refuseWaiting()
            }
            guard connection != nil else { continue }
            signal.wait()
            takeJob(&connection)
            guard connection == nil else { continue }
            opener.noteLoss()
            refuseWaiting()
        }
    }

    private func takeJob(_ connection: inout PostgresConnection?) {
        guard let job = queue.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return }
        if let outage = breaker.outage {
            connection = nil
            job.fail(AuthError.unavailable(outage))
        } else if job.deadline < .now {
            job.fail(AuthError.unavailable("no connection to PostgreSQL was free in time"))
        } else if connection?.isUsable == true {
            carryOut(job, on: &connection)
        } else {
            // It had died while nobody used it. Another one may be alive.
            connection = nil
            putBack(job)
        }
    }

    private func putBack(_ job: Job) {
        queue.withLock { $0.insert(job, at: 0) }
        signal.signal()
    }

    private func carryOut(_ job: Job, on connection: inout PostgresConnection?) {
        do {
            guard let usable = connection else { return putBack(job) }
            try job.run(usable)
        } catch let failure as PostgresFailure {
            // It takes with it what it had begun: nobody waits for its answer once more.
            if failure.endsConnection { connection = nil }
            if case .timedOut = failure.kind { breaker.report(outage: failure.reason) }
            if job.losses < connections, case .lost(mayHaveCommitted: false) = failure.kind {
                var again = job
                again.losses += 1
                again.deadline = .now + Self.deadline
                putBack(again)
            } else {
                job.fail(failure)
            }
        } catch {
            job.fail(error)
        }
        // Leaves no transaction open.
        connection?.rollBack()
        if connection?.isIdle == false { connection = nil }
    }
}
