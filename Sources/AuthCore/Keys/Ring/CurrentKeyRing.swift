import Synchronization

/// Holds the ring in force: swapped on a change, read on every request, never across a database call.
///
/// Whoever publishes does so in the order in which the keys were read (``KeyRotationLoop`` is the only one): a newer
/// ring replaces an older one and never the reverse.
package final class CurrentKeyRing: Sendable {
    private struct State {
        var ring: KeyRing?
        var waiting: [Int: CheckedContinuation<KeyRing, any Error>] = [:]
        var waiters = 0
        var observers: [@Sendable (KeyRing) -> Void] = []
    }

    private let state = Mutex(State())

    /// Without a ring yet.
    package init() {}

    /// The ring in force; nil before the first.
    package var current: KeyRing? { state.withLock { $0.ring } }

    /// Waits until there is a ring: a first start generates a key before it listens.
    /// - Throws: `CancellationError` when the task is cancelled: the first ring may never come.
    package func first() async throws -> KeyRing {
        let waiter = state.withLock { state in
            state.waiters += 1
            return state.waiters
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let answer: Result<KeyRing, any Error>? = state.withLock { state in
                    if let ring = state.ring { return .success(ring) }
                    if Task.isCancelled { return .failure(CancellationError()) }
                    state.waiting[waiter] = continuation
                    return nil
                }
                if let answer { continuation.resume(with: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: waiter) }?.resume(throwing: CancellationError())
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
            defer { state.waiting = [:] }
            return (state.waiting.values, state.observers)
        }
        for observer in observers { observer(ring) }
        for continuation in waiting { continuation.resume(returning: ring) }
    }
}
