package import Logging
import Synchronization

/// The keys of refresh tokens, opened once in the life of a process. Without them the server does everything but refresh.
package final class RefreshTokenKeys: Sendable {
    private struct State {
        var keys: [RefreshTokenKey] = []
        /// Since when what is wrong was told.
        var failedAt: Duration?
    }

    /// Until it is looked again for what could not be opened.
    private static let pause: Duration = .seconds(10)
    private static let firstID: UInt32 = 1
    private let store: any Store
    private let sealer: KeySealer
    private let time: any TimeSource
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter logger: is told, once in a while, what an operator has to mend.
    package init(store: any Store, sealer: KeySealer, time: any TimeSource, logger: Logger) {
        self.store = store
        self.sealer = sealer
        self.time = time
        self.logger = logger
    }

    /// The keys, newest first; the first one of a database is made here. Empty while they cannot be read.
    package func callAsFunction() async -> [RefreshTokenKey] {
        let now = time.uptime
        let (known, isWorthALook) = state.withLock { state in
            (state.keys, state.failedAt.map { now - $0 >= Self.pause } ?? true)
        }
        guard known.isEmpty, isWorthALook else { return known }
        do {
            let keys = try await read()
            state.withLock { $0 = State(keys: keys) }
            return keys
        } catch {
            state.withLock { $0.failedAt = now }
            let reason = (error as? OperatorError)?.description ?? "the database did not answer"
            logger.error("nobody can refresh", metadata: ["reason": "\(reason)"])
            return []
        }
    }

    private func read() async throws -> [RefreshTokenKey] {
        var stored = try await store.read { transaction in try transaction.tokenSecrets() }
        if stored.isEmpty { stored = try await makeFirst() }
        return try stored.sorted { $0.id > $1.id }.map { secret in
            RefreshTokenKey(id: secret.id, key: try sealer.open(secret))
        }
    }

    /// Whoever is faster makes it, and everybody has that one.
    private func makeFirst() async throws -> [SealedTokenSecret] {
        let (sealer, secret, now) = (sealer, RandomBytes.make(SealedKeyFormat.tokenSecretLength), time.now)
        return try await store.write { transaction in
            try sealer.requireInForce(transaction.keyEncryptionKeys())
            _ = try transaction.insert(sealer.seal(tokenSecret: secret, id: Self.firstID, at: now))
            return try transaction.tokenSecrets()
        }
    }
}
