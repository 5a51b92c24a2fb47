package import AuthCore
import CHashingMemory
import Dispatch
import Synchronization

/// A fixed number of threads for what costs tens of milliseconds, with a bounded queue in front of the hashes.
///
/// A hash that could not begin within the deadline is refused, at once where that can be foreseen: under a flood the
/// threads stay busy with work that someone still waits for. A caller who is cancelled gives its place back.
package final class WorkerPool: CPUExecutor {
    private struct State {
        var hashes = JobQueue()
        /// Without a deadline: a signature that a login has earned, or a key to make, goes before the hashes that wait.
        var urgent = JobQueue()
        /// Tickets in the queues whose caller still waits.
        var waiting = 0
        /// Moving average of one hash.
        var typical: Duration = .milliseconds(20)
    }

    private static let niceness: Int32 = 10
    private let threads: Int
    private let deadline: Duration
    private let memoryIsKept: Duration
    private let time: any TimeSource
    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - deadline: how long a hash may wait to begin.
    ///   - memoryIsKept: how long a thread without work keeps the memory of its last hash: a storm maps it once, a
    ///     quiet server has none.
    package init(
        threads: Int, deadline: Duration, memoryIsKept: Duration = .seconds(1), time: any TimeSource
    ) {
        self.threads = threads
        self.deadline = deadline
        self.memoryIsKept = memoryIsKept
        self.time = time
        for _ in 0..<threads {
            WorkerThread.start(niceness: Self.niceness) { self.work() }
        }
    }

    /// Runs a hash.
    /// - Throws: ``AuthError/overloaded(retryAfter:)``, `CancellationError`, or what `work` throws.
    func hash<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await submit(within: deadline, work)
    }

    package func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await submit(within: nil, work)
    }

    /// Callers that wait for a thread.
    package var queueLength: Int { state.withLock { $0.waiting } }

    private func submit<Result: Sendable>(
        within deadline: Duration?, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let ticket = Job(deadline: deadline.map { time.uptime + $0 })
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOpen = ticket.open(
                    run: { continuation.resume(with: Swift.Result { try work() }) },
                    fail: { continuation.resume(throwing: $0) })
                if isOpen { enqueue(ticket) }
            }
        } onCancel: {
            if ticket.close(CancellationError()) { state.withLock { $0.waiting -= 1 } }
        }
    }

    private func enqueue(_ ticket: Job) {
        let isFull = state.withLock { state in
            state.waiting += 1
            if ticket.deadline != nil, state.typical * ((state.waiting - 1) / threads) > deadline { return true }
            if ticket.deadline == nil { state.urgent.append(ticket) } else { state.hashes.append(ticket) }
            return false
        }
        guard isFull else {
            signal.signal()
            return
        }
        if ticket.close(AuthError.overloaded(retryAfter: deadline)) { state.withLock { $0.waiting -= 1 } }
    }

    private func work() {
        hashing_memory_keep()
        while true {
            if signal.wait(timeout: .now() + .nanoseconds(Int(memoryIsKept.nanoseconds))) == .timedOut {
                hashing_memory_release()
                signal.wait()
            }
            guard let ticket = next() else { continue }
            let begun = time.uptime
            if let deadline = ticket.deadline, begun > deadline {
                if ticket.close(AuthError.overloaded(retryAfter: self.deadline)) { state.withLock { $0.waiting -= 1 } }
                continue
            }
            guard let run = ticket.take() else { continue }
            state.withLock { $0.waiting -= 1 }
            run()
            let took = time.uptime - begun
            if ticket.deadline != nil { state.withLock { $0.typical = ($0.typical * 7 + took) / 8 } }
        }
    }

    private func next() -> Job? { state.withLock { $0.urgent.popFirst() ?? $0.hashes.popFirst() } }
}
