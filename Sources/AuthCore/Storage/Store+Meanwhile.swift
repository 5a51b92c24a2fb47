import Synchronization

extension Store {
    /// Runs `body` alone, and commits.
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result
    ) async throws -> Result {
        try await write(body, carriedOut: { _ in })
    }

    /// Runs `body` alone and commits, and meanwhile makes something of what it came to: a signature takes as long as a disk
    /// does. It is handed out when the changes are durable; where they are not, it is thrown away.
    /// - Parameter make: begins on the store's thread, and waits for something at once: for a thread that signs. It runs
    ///   again after a `body` that ran again, so it changes nothing but what it answers, and the caller's cancellation does
    ///   not reach it.
    /// - Throws: as ``write(_:carriedOut:)``; then what `make` throws, when the changes are durable.
    package func write<Result: Sendable, Made: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        meanwhile make: @escaping @Sendable (Result) async throws -> Made
    ) async throws -> Made {
        let latest = Latest<Made>()
        let result = try await write(body) { result in
            // Of what the body came to before, in a transaction that was undone, nobody takes it.
            let making = Task.immediate { try await make(result) }
            latest.making.withLock { $0 = making }
        }
        guard let making = latest.making.withLock({ $0 }) else { return try await make(result) }
        return try await making.value
    }
}

/// What is made of what a unit of work came to last.
private final class Latest<Made: Sendable>: Sendable {
    let making = Mutex<Task<Made, any Error>?>(nil)
}
