import AuthCore
import Dispatch
import Synchronization

/// Threads for what comes in waves, or seldom: each is started when a job comes and none is idle, and ends when it has
/// had nothing to do for a while.
///
/// Nicer than others they yield wherever both want a core. The kernel still gives them a small part of it, so that a job
/// ends under any load.
final class OnDemandThreads: Sendable {
    private struct State {
        var queue = FIFOQueue<Job>()
        /// Jobs in the queue whose caller still waits.
        var waiting = 0
        var threads = 0
        var idle = 0
    }

    private let limit: Int
    private let standing: WorkerThread.Standing
    private let idleAfter: Duration
    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - limit: the most threads at once.
    ///   - standing: among the threads of the machine.
    ///   - idleAfter: how long a thread without work waits for some before it ends.
    init(limit: Int, standing: WorkerThread.Standing, idleAfter: Duration) {
        self.limit = limit
        self.standing = standing
        self.idleAfter = idleAfter
    }

    /// Threads that there are now.
    var count: Int { state.withLock { $0.threads } }

    /// Callers that wait for a thread.
    var queueLength: Int { state.withLock { $0.waiting } }

    /// Runs `work` on a thread, in the order of arrival.
    /// - Throws: `CancellationError` when the caller is cancelled before, ``AuthError/unavailable(_:)`` when the system
    ///   has no thread for it, or what `work` throws.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await Job().result(of: work, enqueue: enqueue) { state.withLock { $0.waiting -= 1 } }
    }

    private func enqueue(_ job: Job) {
        let isStarted = state.withLock { state in
            state.queue.append(job)
            state.waiting += 1
            guard state.waiting > state.idle, state.threads < limit else { return false }
            state.threads += 1
            return true
        }
        if isStarted, !WorkerThread.start(standing, { self.work() }) { startFailed(job) }
        signal.signal()
    }

    /// A thread that there is already comes to the job; where there is none, nobody would.
    private func startFailed(_ job: Job) {
        let isLost = state.withLock { state in
            state.threads -= 1
            return state.threads == 0
        }
        guard isLost, job.close(AuthError.unavailable("the system refuses another thread")) else { return }
        state.withLock { $0.waiting -= 1 }
    }

    private func work() {
        while waitForJob() {
            guard let job = state.withLock({ $0.queue.popFirst() }), let run = job.take() else { continue }
            state.withLock { $0.waiting -= 1 }
            run()
        }
    }

    /// False when the thread has to end: decided where jobs are handed in, so that none is left without a thread.
    private func waitForJob() -> Bool {
        state.withLock { $0.idle += 1 }
        let isSignalled = signal.wait(timeout: .now() + .nanoseconds(Int(idleAfter.nanoseconds))) == .success
        return state.withLock { state in
            state.idle -= 1
            if isSignalled || !state.queue.isEmpty { return true }
            state.threads -= 1
            return false
        }
    }
}
