import Synchronization

/// Turns of one kind of work that come one after another; whoever asks while a turn has not begun yet shares it.
///
/// A turn that is joined begins after the call, so what it reads is at least as new as the call.
final class SharedTurns<Result: Sendable>: Sendable {
    private struct State {
        var last: Task<Result, any Error>?
        /// The number of turns that were asked for, and of those that have begun.
        var asked = 0
        var begun = 0
    }

    private let state = Mutex(State())

    /// Without a turn yet.
    init() {}

    /// Waits for a turn that has not begun, and answers what it answered. The caller's cancellation ends no turn: others
    /// may share it.
    func join(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let turn = state.withLock { state in
            if state.begun < state.asked, let next = state.last { return next }
            let previous = state.last
            state.asked += 1
            let turn = Task {
                _ = await previous?.result
                self.state.withLock { $0.begun += 1 }
                return try await work()
            }
            state.last = turn
            return turn
        }
        return try await turn.value
    }
}
