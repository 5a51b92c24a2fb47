import Synchronization

/// One caller's place in a queue: it is either taken by a thread or closed by an error, exactly once, whoever comes
/// first: the thread, the deadline or the caller's cancellation.
final class Job: Sendable {
    private enum State {
        case new
        case open(run: @Sendable () -> Void, fail: @Sendable (any Error) -> Void)
        case closedBeforeOpen(any Error)
        case done
    }

    /// The uptime at which the place is lost; nil: never.
    let deadline: Duration?
    private let state = Mutex(State.new)

    init(deadline: Duration? = nil) { self.deadline = deadline }

    /// Waits until a thread has done `work`.
    /// - Parameters:
    ///   - enqueue: puts the job where a thread finds it; not called for a caller who was cancelled before.
    ///   - leave: the caller was cancelled and waits no more, though the job is still in the queue.
    /// - Throws: what ``close(_:)`` was told, `CancellationError`, or what `work` throws.
    func result<Result: Sendable>(
        of work: @escaping @Sendable () throws -> Result, enqueue: (Job) -> Void, leave: @Sendable () -> Void
    ) async throws -> Result {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOpen = open(
                    run: { continuation.resume(with: Swift.Result { try work() }) },
                    fail: { continuation.resume(throwing: $0) })
                if isOpen { enqueue(self) }
            }
        } onCancel: {
            if close(CancellationError()) { leave() }
        }
    }

    /// Says what to run. False when the job was closed before: `fail` was called then.
    private func open(run: @escaping @Sendable () -> Void, fail: @escaping @Sendable (any Error) -> Void) -> Bool {
        let early: (any Error)? = state.withLock { state in
            if case .closedBeforeOpen(let error) = state {
                state = .done
                return error
            }
            state = .open(run: run, fail: fail)
            return nil
        }
        if let early { fail(early) }
        return early == nil
    }

    /// What to run, for the one thread that gets it; nil when the caller no longer waits.
    func take() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard case .open(let run, _) = state else { return nil }
            state = .done
            return run
        }
    }

    /// Fails the caller; true when it was waiting in the queue until now.
    func close(_ error: any Error) -> Bool {
        let fail: (@Sendable (any Error) -> Void)? = state.withLock { state in
            switch state {
            case .new:
                state = .closedBeforeOpen(error)
                return nil
            case .open(_, let fail):
                state = .done
                return fail
            case .closedBeforeOpen, .done:
                return nil
            }
        }
        fail?(error)
        return fail != nil
    }
}
