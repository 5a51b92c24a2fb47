import Synchronization

/// The keys at one moment: which signs, and what verifiers are shown. Immutable; parsed and rendered once.
package struct KeyRing: Sendable {
    /// Signs live tokens.
    package let active: SigningKey
    /// Signs the tokens of `?expired=true`; nil for the first moments of a new database.
    package let expired: SigningKey?
    package let set: JWKSet
    /// When the JWK Set will change next, by the schedule; nil when nothing is due.
    package let setChangesAt: Timestamp?

    package init(active: SigningKey, expired: SigningKey?, set: JWKSet, setChangesAt: Timestamp?) {
        self.active = active
        self.expired = expired
        self.set = set
        self.setChangesAt = setChangesAt
    }

    /// What a verifier may be told: `min(longest, time until the set changes)`, whole seconds, never negative.
    package func maxAge(atMost longest: Duration, now: Timestamp) -> Int64 {
        guard let setChangesAt else { return longest.milliseconds / 1000 }
        return max(0, min(longest.milliseconds, (setChangesAt - now).milliseconds) / 1000)
    }
}

/// Holds the current ring: swapped on a change, read on every request, never across a database call.
package final class CurrentKeyRing: Sendable {
    private struct State {
        var ring: KeyRing?
        var waiting: [CheckedContinuation<KeyRing, Never>] = []
        var observers: [@Sendable (KeyRing) -> Void] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// The ring in force; nil before the first.
    package var current: KeyRing? { state.withLock { $0.ring } }

    /// Waits until there is a ring: a first start generates a key before it listens.
    package func first() async -> KeyRing {
        await withCheckedContinuation { continuation in
            let ring = state.withLock { state in
                if state.ring == nil { state.waiting.append(continuation) }
                return state.ring
            }
            if let ring { continuation.resume(returning: ring) }
        }
    }

    /// Calls `observer` with each ring from now on, the current one included. Called in turn, never twice at once
    /// from one publisher.
    package func observe(_ observer: @escaping @Sendable (KeyRing) -> Void) {
        let ring = state.withLock { state in
            state.observers.append(observer)
            return state.ring
        }
        if let ring { observer(ring) }
    }

    /// Puts `ring` in force and tells everyone who waits or observes.
    package func publish(_ ring: KeyRing) {
        let (waiting, observers) = state.withLock { state in
            state.ring = ring
            defer { state.waiting = [] }
            return (state.waiting, state.observers)
        }
        for observer in observers { observer(ring) }
        for continuation in waiting { continuation.resume(returning: ring) }
    }
}
