package import AuthCore
import CHashingMemory
import Dispatch
import Synchronization

/// The threads for what costs more than an event loop may give: a fixed number that hash, with a bounded queue in front
/// of them, and others that sign and that make keys.
///
/// A hash that could not begin within the deadline is refused, at once where that can be foreseen: under a flood the
/// threads stay busy with work that someone still waits for. A caller who is cancelled gives its place back.
///
/// This folder owns Argon2id and every thread that computes. It must not know a user, a request or a setting.
package final class WorkerPool: CPUExecutor {
    private struct State {
        var hashes = FairJobQueue()
        /// Without a deadline: they take no time.
        var questions = FIFOQueue<Job>()
        /// Jobs in both queues whose caller still waits.
        var waiting = 0
        /// Moving average of one hash.
        var typical: Duration = .milliseconds(20)
    }

    /// Steps below the event loops: as few as keep the JWK Set's p99 in a storm of logins under 2 ms, since neighbours
    /// on the machine come before whoever is nicer than they are (docs/performance.md has both figures for 0 to 10).
    /// The five between them give a generation a quarter of a core where everything hashes. A signature is a fiftieth of
    /// a hash, and who refreshes tokens must not wait for those who log in: it comes before the hashes that run. So it asks
    /// for less at a stretch than they do, but for both signatures of a refresh: after a shorter turn it would wait for a
    /// hash until the kernel looks again, up to 4 ms. An event loop asks for less still.
    private static let signing = WorkerThread.Standing(niceness: 0, slice: 5_000_000)
    private static let hashing = WorkerThread.Standing(niceness: 3, slice: 50_000_000)
    private static let generating = WorkerThread.Standing(niceness: 8, slice: 50_000_000)
    /// Nobody is served before its keys are made.
    private static let starting = WorkerThread.Standing(niceness: 0, slice: 50_000_000)
    private let threads: Int
    private let deadline: Duration
    private let idleAfter: Duration
    private let time: any TimeSource
    private let hashWaited: @Sendable (Duration) -> Void
    private let signers: OnDemandThreads
    private let generators: OnDemandThreads
    private let starters: OnDemandThreads
    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - threads: how many hash, and how many sign and make keys at once beside them: the keys of a first start are
    ///     made all together.
    ///   - deadline: how long a hash may wait to begin.
    ///   - idleAfter: when a thread without work gives back what it holds, a hashing thread the memory of its last hash
    ///     and the others themselves: a storm maps it once, a quiet server has neither.
    ///   - hashWaited: told how long each hash waited that begins; called on the hashing thread.
    package init(
        threads: Int, deadline: Duration, idleAfter: Duration = .seconds(1), time: any TimeSource,
        hashWaited: @escaping @Sendable (Duration) -> Void = { _ in }
    ) {
        self.threads = threads
        self.deadline = deadline
        self.idleAfter = idleAfter
        self.time = time
        self.hashWaited = hashWaited
        signers = OnDemandThreads(limit: threads, standing: Self.signing, idleAfter: idleAfter)
        generators = OnDemandThreads(limit: threads, standing: Self.generating, idleAfter: idleAfter)
        starters = OnDemandThreads(limit: threads, standing: Self.starting, idleAfter: idleAfter)
        for _ in 0..<threads {
            let isStarted = WorkerThread.start(Self.hashing) { self.work() }
            precondition(isStarted, "the system refuses another thread")
        }
    }

    /// Runs a hash. Where too many wait, it takes the place of one that has less right to it, or is refused.
    /// - Throws: ``AuthError/overloaded(retryAfter:)``, `CancellationError`, or what `work` throws.
    func hash<Result: Sendable>(
        for share: HashShare = .own, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await submit(Job(deadline: time.uptime + deadline), share, work)
    }

    /// Asks a hashing thread, before the hashes that wait: whether they are alive, and what they hold.
    package func ask<Answer: Sendable>(_ question: @escaping @Sendable () -> Answer) async throws -> Answer {
        try await submit(Job(), .own, question)
    }

    /// Signs, or makes keys, each on threads of its own. Signatures have no deadline: a login has earned them.
    package func run<Result: Sendable>(
        on lane: CPULane, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        switch lane {
        case .sign: try await signers.run(work)
        case .generate: try await generators.run(work)
        case .start: try await starters.run(work)
        }
    }

    /// Callers that wait for a thread, whatever for.
    package var queueLength: Int {
        hashQueueLength + [signers, generators, starters].reduce(0) { $0 + $1.queueLength }
    }

    /// Callers that wait for a hashing thread.
    package var hashQueueLength: Int { state.withLock { $0.waiting } }

    /// Threads that make keys, or wait for another one to make.
    package var generatingThreads: Int { generators.count + starters.count }

    private func submit<Result: Sendable>(
        _ job: Job, _ share: HashShare, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await job.result(of: work, enqueue: { enqueue($0, share) }) { state.withLock { $0.waiting -= 1 } }
    }

    private func enqueue(_ job: Job, _ share: HashShare) {
        let refused: Job? = state.withLock { state in
            let isFull = job.deadline != nil && state.typical * (state.waiting / threads) > deadline
            let refused = isFull ? state.hashes.makeRoom(for: share) ?? job : nil
            guard refused !== job else { return job }
            // A job that gives way leaves its place to this one.
            if refused == nil { state.waiting += 1 }
            if job.deadline == nil { state.questions.append(job) } else { state.hashes.append(job, share) }
            return refused
        }
        if refused !== job { signal.signal() }
        // A caller who was cancelled meanwhile has given back a place that was not its own any more.
        guard let refused, !refused.close(AuthError.overloaded(retryAfter: deadline)) else { return }
        state.withLock { $0.waiting += 1 }
    }

    private func work() {
        hashing_memory_keep()
        while true {
            if signal.wait(timeout: .now() + .nanoseconds(Int(idleAfter.nanoseconds))) == .timedOut {
                hashing_memory_release()
                signal.wait()
            }
            guard let job = next() else { continue }
            let begun = time.uptime
            if let deadline = job.deadline, begun > deadline {
                if job.close(AuthError.overloaded(retryAfter: self.deadline)) { state.withLock { $0.waiting -= 1 } }
                continue
            }
            guard let run = job.take() else { continue }
            state.withLock { $0.waiting -= 1 }
            if let deadline = job.deadline { hashWaited(begun - (deadline - self.deadline)) }
            run()
            let took = time.uptime - begun
            if job.deadline != nil { state.withLock { $0.typical = ($0.typical * 7 + took) / 8 } }
        }
    }

    private func next() -> Job? { state.withLock { $0.questions.popFirst() ?? $0.hashes.popFirst() } }
}
