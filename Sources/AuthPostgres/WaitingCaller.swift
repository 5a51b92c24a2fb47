import AuthCore
import Dispatch
import Synchronization

/// Who waits for the answer to a job, until it has one: the first that comes, and no other.
final class WaitingCaller<Answer: Sendable>: Sendable {
    private let continuation: Mutex<CheckedContinuation<Answer, any Error>?>

    init(_ continuation: CheckedContinuation<Answer, any Error>) { self.continuation = Mutex(continuation) }

    /// Whether nobody has answered yet.
    var isWaiting: Bool { continuation.withLock { $0 != nil } }

    /// Answers the caller, if nobody has.
    func resume(with answer: Result<Answer, any Error>) { take()?.resume(with: answer) }

    /// Answers the caller after `limit`, if nobody has by then, and calls `late`.
    func expire(after limit: Duration, late: @escaping @Sendable () -> Void) {
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(Int(limit.nanoseconds))) {
            guard let continuation = self.take() else { return }
            late()
            continuation.resume(throwing: AuthError.unavailable("PostgreSQL did not answer within its time"))
        }
    }

    private func take() -> CheckedContinuation<Answer, any Error>? {
        continuation.withLock { continuation in
            defer { continuation = nil }
            return continuation
        }
    }
}
