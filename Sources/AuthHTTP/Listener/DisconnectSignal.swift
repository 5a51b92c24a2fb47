import Synchronization

/// Whether the client at the other end of a connection still waits, for work that is not worth doing for nobody.
final class DisconnectSignal: Sendable {
    private struct State {
        var hasLeft = false
        var tasks: [ObjectIdentifier: @Sendable () -> Void] = [:]
    }

    /// Makes the identity under which a task is known here.
    private final class Mark: Sendable {}

    private let state = Mutex(State())

    /// Says that the client has gone: cancels everything that is done for it.
    func leave() {
        let tasks = state.withLock { state in
            state.hasLeft = true
            defer { state.tasks = [:] }
            return Array(state.tasks.values)
        }
        for cancel in tasks { cancel() }
    }

    /// Runs `work`, cancelled when the client goes.
    func during<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let task = Task { try await work() }
        let mark = Mark()
        let hasLeft = state.withLock { state in
            if !state.hasLeft { state.tasks[ObjectIdentifier(mark)] = { task.cancel() } }
            return state.hasLeft
        }
        if hasLeft { task.cancel() }
        defer { state.withLock { _ = $0.tasks.removeValue(forKey: ObjectIdentifier(mark)) } }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
