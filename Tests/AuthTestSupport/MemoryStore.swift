package import AuthCore
import Synchronization

/// The ``Store`` port in memory, with every constraint that the databases have.
///
/// A unit of work runs on a copy, which is put in place only when its body returns: nothing half-done is ever seen.
package final class MemoryStore: Store {
    private let state = Mutex(MemoryState())
    private let outage = Mutex<AuthError?>(nil)

    /// An empty store.
    package init() {}

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        if let failure = outage.withLock({ $0 }) { throw failure }
        let snapshot = state.withLock { $0 }
        return try body(MemoryTransaction(snapshot))
    }

    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result
    ) async throws -> Result {
        if let failure = outage.withLock({ $0 }) { throw failure }
        return try state.withLock { state in
            let transaction = MemoryTransaction(state)
            let result = try body(transaction)
            state = transaction.state
            return result
        }
    }

    /// Makes every call throw `failure` from now on; nil ends the outage.
    package func fail(with failure: AuthError?) { outage.withLock { $0 = failure } }

    /// The audit log, oldest first.
    package var authLog: [AuthLogEntry] { state.withLock { $0.authLog } }

    /// When the account last logged in; nil for never.
    package func lastLogin(of user: UserID) -> Timestamp? { state.withLock { $0.lastLogins[user] } }

    /// How many transactions that committed extended a key's promise: what a login within the promise saves.
    package var signingExtensions: Int { state.withLock { $0.signingExtensions } }

    /// What is in the store about keys.
    package var keyStoreContents: KeyStoreContents {
        state.withLock { KeyStoreContents(keys: $0.keys, keyEncryptionKeys: $0.sortedKeyEncryptionKeys) }
    }
}
