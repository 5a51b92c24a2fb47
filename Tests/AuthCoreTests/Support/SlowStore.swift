import AuthCore
import Synchronization

/// A store whose next read answers what it saw only when the test lets it: an answer that is old when it comes.
final class SlowStore: Store {
    private struct State {
        var holdsNext = false
        var held: CheckedContinuation<Void, Never>?
        var whenHeld: CheckedContinuation<Void, Never>?
        var reads = 0
    }

    private let store: any Store
    private let state = Mutex(State())

    init(_ store: any Store) { self.store = store }

    /// Units of work that read and were begun.
    var reads: Int { state.withLock { $0.reads } }

    /// Holds the answer of the next read back.
    func holdNextRead() { state.withLock { $0.holdsNext = true } }

    /// Returns when an answer is held back.
    func untilHeld() async {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                if state.held == nil { state.whenHeld = continuation }
                return state.held != nil
            }
            if isHeld { continuation.resume() }
        }
    }

    func release() {
        state.withLock { state in
            defer { state.held = nil }
            return state.held
        }?.resume()
    }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        let holds = state.withLock { state in
            defer { state.holdsNext = false }
            state.reads += 1
            return state.holdsNext
        }
        let result = try await store.read(body)
        if holds {
            await withCheckedContinuation { continuation in
                let waiting = state.withLock { state in
                    defer { state.whenHeld = nil }
                    state.held = continuation
                    return state.whenHeld
                }
                waiting?.resume()
            }
        }
        return result
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        carriedOut: @escaping @Sendable (Result) -> Void
    ) async throws -> Result {
        try await store.write(body, carriedOut: carriedOut)
    }

    func ping() async throws { try await store.ping() }
}
