import AuthCore
import Synchronization

/// ``ChangeFeed`` for tests: every wait lasts until something is announced, however short it was to be. An announcement
/// that nobody waited for ends the next wait.
final class ManualChangeFeed: ChangeFeed {
    private struct State {
        var isAnnounced = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    /// Ends the wait that there is, or the next one.
    func announce() {
        let waiting = state.withLock { state in
            state.isAnnounced = state.waiting == nil
            return state.waiting.take()
        }
        waiting?.resume()
    }

    func wait(atMost longest: Duration) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isAnnounced || Task.isCancelled {
                        state.isAnnounced = false
                        return true
                    }
                    state.waiting = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiting.take() }?.resume()
        }
    }
}
