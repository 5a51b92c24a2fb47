// Keys owns when the JWK Set is fetched, how long it is believed, and the keys that are held. It must not know what a
// token says.

/// Decides when to fetch and what to answer meanwhile: a value that makes of itself, the time and an event its next state
/// and what is to be done. It does nothing, so its whole behaviour can be tried without a network and without waiting.
package struct KeySetSchedule: Equatable, Sendable {
    /// What may happen.
    package enum Event: Equatable, Sendable {
        /// A token has come, of a key that is among the held ones or is not.
        case lookup(isKnown: Bool)
        /// The set was fetched, or is as it was (304).
        case succeeded(lifetime: Duration)
        /// The fetch failed. `jitter`, from 0 to 1, keeps those that failed together from asking again together.
        case failed(jitter: Double)
    }

    /// What is to be done.
    package struct Decision: Equatable, Sendable {
        /// For a ``Event/lookup(isKnown:)``.
        package enum Answer: Equatable, Sendable {
            /// Verify with the held key.
            case use(isStale: Bool)
            /// There is no such key.
            case refuse
            /// Ask again once the fetch that runs is over.
            case wait
            /// Nobody can say; it may be asked again after this.
            case unavailable(retryAfter: Duration)
        }

        /// Of a lookup; nil after a fetch.
        package var answer: Answer?
        /// A fetch has to begin now.
        package var startsFetch = false

        /// This answer.
        package init(answer: Answer? = nil, startsFetch: Bool = false) {
            self.answer = answer
            self.startsFetch = startsFetch
        }
    }

    private struct Held: Equatable {
        let refreshAt: Duration
        let freshUntil: Duration
        let staleUntil: Duration
    }

    let policy: KeySetPolicy
    private var held: Held?
    /// When the fetch that runs began.
    package private(set) var runningSince: Duration?
    private var lastAttempt: Duration?
    private var failures = 0
    private var lastFailure: Duration?
    private var retryAt: Duration?

    /// Nothing is held, nothing was tried.
    package init(_ policy: KeySetPolicy) { self.policy = policy }

    /// Goes over to the next state, and says what is to be done.
    /// - Parameter now: on a clock that nobody sets.
    package mutating func decide(_ event: Event, at now: Duration) -> Decision {
        switch event {
        case .lookup(let isKnown): return look(isKnown: isKnown, at: now)
        case .succeeded(let lifetime):
            // From when it was asked for: it is no younger than the answer (RFC 9111 §4.2.3).
            let begin = runningSince ?? now
            held = Held(
                refreshAt: begin + lifetime * KeySetPolicy.refreshAhead, freshUntil: begin + lifetime,
                staleUntil: begin + lifetime + policy.staleIfError)
            (runningSince, failures, lastFailure, retryAt) = (nil, 0, nil, nil)
            return Decision()
        case .failed(let jitter):
            failures += 1
            runningSince = nil
            lastFailure = now
            retryAt = now + policy.pause(afterFailures: failures, jitter: jitter)
            return Decision()
        }
    }

    private mutating func look(isKnown: Bool, at now: Duration) -> Decision {
        guard let held, now < held.staleUntil else { return fetchOrWait(at: now) }
        if now < held.freshUntil {
            guard isKnown else { return lookForNewKey(at: now) }
            return Decision(answer: .use(isStale: false), startsFetch: now >= held.refreshAt && begin(at: now))
        }
        // Over: only a failure that was just seen lets it be used, or a key that has left the set could be (V19, V20).
        guard isKnown, let lastFailure, now < lastFailure + KeySetPolicy.failureHolds else {
            return fetchOrWait(at: now)
        }
        return Decision(answer: .use(isStale: true), startsFetch: begin(at: now))
    }

    /// The held set is fresh and has no such key: an attempt, whatever became of it, is enough for a while.
    private mutating func lookForNewKey(at now: Duration) -> Decision {
        if runningSince != nil { return Decision(answer: .wait) }
        let coolUntil = lastAttempt.map { $0 + policy.coolDown } ?? now
        if now >= coolUntil, begin(at: now) { return Decision(answer: .wait, startsFetch: true) }
        guard failures > 0 else { return Decision(answer: .refuse) }
        return Decision(answer: .unavailable(retryAfter: max(coolUntil, retryAt ?? now) - now))
    }

    private mutating func fetchOrWait(at now: Duration) -> Decision {
        if runningSince != nil { return Decision(answer: .wait) }
        if begin(at: now) { return Decision(answer: .wait, startsFetch: true) }
        return Decision(answer: .unavailable(retryAfter: max(.zero, (retryAt ?? now) - now)))
    }

    private mutating func begin(at now: Duration) -> Bool {
        guard runningSince == nil, retryAt.map({ now >= $0 }) ?? true else { return false }
        runningSince = now
        lastAttempt = now
        return true
    }
}
