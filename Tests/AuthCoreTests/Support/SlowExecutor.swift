import AuthCore
import Synchronization

/// ``CPUExecutor`` that begins no work before it is let go: a machine that is busy with something else.
final class SlowExecutor: CPUExecutor {
    private struct State {
        var isLetGo = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func letGo() {
        let waiting = state.withLock { state in
            state.isLetGo = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func run<Result: Sendable>(
        on lane: CPULane, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        await withCheckedContinuation { continuation in
            let isLetGo = state.withLock { state in
                if !state.isLetGo { state.waiting.append(continuation) }
                return state.isLetGo
            }
            if isLetGo { continuation.resume() }
        }
        return try work()
    }
}
