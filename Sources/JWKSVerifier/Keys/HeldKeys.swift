import Logging
import Metrics
import Synchronization

/// The keys that are held, for all callers at once: an immutable table behind a lock that is held to read it and no longer,
/// and at most one fetch.
final class HeldKeys: Sendable {
    /// What a kid comes to.
    enum Lookup: Sendable {
        case key(VerificationKey)
        case unknown
        /// Wait for the fetch that runs, then look again.
        case wait
        case unavailable(retryAfter: Duration)
    }

    private struct State {
        var schedule: KeySetSchedule
        var keys: [ExactText: VerificationKey] = [:]
        var entityTag: String?
        /// The number of fetches that were begun: what an older one answers is not heard.
        var attempt = 0
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        var lastWaiting = 0
    }

    private let fetch: KeySetFetch
    private let clock: VerifierClock
    private let random: @Sendable () -> Double
    private let logger: Logger
    private let metrics: VerifierMetrics
    private let state: Mutex<State>

    init(
        _ fetch: KeySetFetch, clock: VerifierClock, random: @escaping @Sendable () -> Double, logger: Logger,
        metrics: VerifierMetrics
    ) {
        self.fetch = fetch
        self.clock = clock
        self.random = random
        self.logger = logger
        self.metrics = metrics
        state = Mutex(State(schedule: KeySetSchedule(fetch.policy)))
    }

    /// - Parameter keyID: nil asks for any key: whether there are some.
    func look(for keyID: ExactText?) -> Lookup {
        let now = clock.uptime()
        let (decision, key, begun) = state.withLock { state in
            let key = keyID.flatMap { state.keys[$0] }
            let decision = state.schedule.decide(
                .lookup(isKnown: key != nil || keyID == nil && !state.keys.isEmpty), at: now)
            guard decision.startsFetch else { return (decision, key, nil as (Int, String?)?) }
            state.attempt += 1
            return (decision, key, (state.attempt, state.entityTag))
        }
        if let (attempt, entityTag) = begun { begin(attempt, entityTag) }
        switch decision.answer {
        case .use(let isStale):
            if isStale { metrics.stale.increment() }
            return key.map(Lookup.key) ?? .unknown
        case .wait: return .wait
        case .unavailable(let retryAfter): return .unavailable(retryAfter: retryAfter)
        case .refuse, nil: return .unknown
        }
    }

    /// Until the fetch that runs is over, whatever comes of it. It goes on where the caller is cancelled: others wait too.
    /// - Throws: `CancellationError`.
    nonisolated(nonsending) func waitForFetch() async throws {
        let number = state.withLock { state in
            state.lastWaiting += 1
            return state.lastWaiting
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isCancelled = state.withLock { state -> Bool? in
                    // Looked at inside: whoever cancels from here on finds the continuation.
                    if Task.isCancelled { return true }
                    guard state.schedule.runningSince != nil else { return false }
                    state.waiting[number] = continuation
                    return nil
                }
                switch isCancelled {
                case true?: continuation.resume(throwing: CancellationError())
                case false?: continuation.resume()
                case nil: break
                }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(throwing: CancellationError())
        }
    }

    private func begin(_ attempt: Int, _ entityTag: String?) {
        // Detached: a fetch is nobody's, neither its priority nor its cancellation nor its trace.
        let work = Task.detached { [self] in finish(attempt, await fetch(entityTag: entityTag)) }
        let deadline = Task.detached { [self] in
            do { try await clock.sleep(fetch.policy.deadline) } catch { return }
            finish(attempt, .failed("it is not answered within \(fetch.policy.deadline)"))
            work.cancel()
        }
        Task.detached {
            await work.value
            deadline.cancel()
        }
    }

    private func finish(_ attempt: Int, _ outcome: KeySetFetch.Outcome) {
        let (now, jitter) = (clock.uptime(), random())
        let ended = state.withLock { state -> [Int: CheckedContinuation<Void, any Error>]? in
            guard attempt == state.attempt, state.schedule.runningSince != nil else { return nil }
            switch outcome {
            case .replaced(let set, let entityTag, let lifetime):
                _ = state.schedule.decide(.succeeded(lifetime: lifetime), at: now)
                (state.keys, state.entityTag) = (set.keys, entityTag)
            case .notModified(let lifetime): _ = state.schedule.decide(.succeeded(lifetime: lifetime), at: now)
            case .failed: _ = state.schedule.decide(.failed(jitter: jitter), at: now)
            }
            defer { state.waiting = [:] }
            return state.waiting
        }
        guard let ended else { return }
        report(outcome)
        for continuation in ended.values { continuation.resume() }
    }

    private func report(_ outcome: KeySetFetch.Outcome) {
        switch outcome {
        case .replaced(let set, _, _):
            metrics.replaced.increment()
            for key in set.unusable {
                logger.warning(
                    "a key of the JWK Set is not used",
                    metadata: ["kid": "\(key.keyID ?? "none")", "reason": "\(key.reason.rawValue)"])
            }
        case .notModified: metrics.notModified.increment()
        case .failed(let reason):
            metrics.failed.increment()
            logger.warning(
                "the JWK Set was not fetched; keys that are held go on for a while",
                metadata: ["url": "\(fetch.url)", "reason": "\(reason)"])
        }
    }
}
