import AuthCore
import Synchronization

/// ``ChangeFeed`` from NOTIFY. An announcement that nobody waited for is not lost: the next wait ends at once.
final class KeyChangeNotifications: ChangeFeed {
    private struct State {
        var isRaised = false
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var last = 0
    }

    private let state = Mutex(State())

    init() {}

    /// Ends every wait.
    func raise() {
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            state.isRaised = state.waiters.isEmpty
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    func wait(atMost longest: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Task.sleep(for: longest) }
            group.addTask { await self.next() }
            await group.next()
            group.cancelAll()
        }
    }

    private func next() async {
        let id = state.withLock { state in
            state.last += 1
            return state.last
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isRaised || Task.isCancelled {
                        if !Task.isCancelled { state.isRaised = false }
                        return true
                    }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}
