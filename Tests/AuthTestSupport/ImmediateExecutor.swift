package import AuthCore
import Synchronization

/// ``CPUExecutor`` that is done at once, where it is asked for.
package struct ImmediateExecutor: CPUExecutor {
    /// Has no state.
    package init() {}

    package func run<Result: Sendable>(
        on lane: CPULane, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try work()
    }
}

/// ``CPUExecutor`` whose first callers wait for each other when their work is done: so that a race between them is run
/// every time, not once in a thousand.
package final class RendezvousExecutor: CPUExecutor {
    private struct State {
        var missing: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    /// - Parameter parties: how many wait for each other; later callers pass.
    package init(parties: Int) { state = Mutex(State(missing: parties)) }

    package func run<Result: Sendable>(
        on lane: CPULane, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        let result = try work()
        await withCheckedContinuation { continuation in
            let released = state.withLock { state in
                state.missing -= 1
                state.waiting.append(continuation)
                guard state.missing <= 0 else { return [CheckedContinuation<Void, Never>]() }
                defer { state.waiting = [] }
                return state.waiting
            }
            for waiting in released { waiting.resume() }
        }
        return result
    }
}
