import AuthCore
import AuthTestSupport
import Synchronization

/// A hasher whose answers wait until the test lets them go, as a password waits for a thread.
final class GatedHasher: PasswordHasher {
    private struct State {
        var isOpen = false
        var next = 0
        var waiting: [Int: CheckedContinuation<Void, any Error>] = [:]
        /// Cancelled before they were waiting.
        var cancelledEarly: Set<Int> = []
        var cancelled = 0
    }

    private let inner = FakePasswordHasher()
    private let state = Mutex(State())

    /// Callers that wait.
    var waiting: Int { state.withLock { $0.waiting.count } }
    /// Callers that were cancelled while they waited.
    var cancelled: Int { state.withLock { $0.cancelled } }

    /// Lets everyone go, from now on.
    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    func hash(_ password: Secret, for share: HashShare) async throws -> PasswordHash {
        try await pass()
        return try await inner.hash(password)
    }

    func verify(_ password: Secret, against hash: PasswordHash?, for share: HashShare) async throws -> Bool {
        try await pass()
        return try await inner.verify(password, against: hash)
    }

    func canVerify(_ hash: PasswordHash) -> Bool { true }

    func needsRehash(_ hash: PasswordHash) -> Bool { false }

    private func pass() async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let outcome: Result<Void, any Error>? = state.withLock { state in
                    if state.cancelledEarly.remove(number) != nil { return .failure(CancellationError()) }
                    if state.isOpen { return .success(()) }
                    state.waiting[number] = continuation
                    return nil
                }
                if let outcome { continuation.resume(with: outcome) }
            }
        } onCancel: {
            let continuation = state.withLock { state in
                state.cancelled += 1
                guard let continuation = state.waiting.removeValue(forKey: number) else {
                    state.cancelledEarly.insert(number)
                    return nil as CheckedContinuation<Void, any Error>?
                }
                return continuation
            }
            continuation?.resume(throwing: CancellationError())
        }
    }
}

/// Lets other tasks run until `condition` holds; the test's time limit ends a wait for what never comes.
func eventually(_ condition: @Sendable () -> Bool) async throws {
    while !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}
