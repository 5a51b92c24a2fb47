package import AuthCore
import Synchronization

/// A ``Store`` that fails when it is told to, and that runs each body of a write twice, as a database may after a
/// conflict: the first time everything is undone. So a test that passes shows that its bodies change nothing but the
/// transaction.
package final class FailingStore: Store {
    private struct RunAgain: Error {}

    private let store: any Store
    private let runsBodiesTwice: Bool
    private let outage = Mutex<(any Error)?>(nil)
    private let writeOutage = Mutex<(any Error)?>(nil)

    /// Fails in front of `store`.
    package init(_ store: any Store, runsBodiesTwice: Bool = true) {
        self.store = store
        self.runsBodiesTwice = runsBodiesTwice
    }

    /// Makes every call throw `failure` from now on; nil ends the outage.
    package func fail(with failure: (any Error)?) { outage.withLock { $0 = failure } }

    /// Makes every write that was carried out throw `failure` from now on, as a full disk does; nil ends it.
    package func failWrites(with failure: (any Error)?) { writeOutage.withLock { $0 = failure } }

    private func requireNoOutage() throws { if let failure = outage.withLock({ $0 }) { throw failure } }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        try requireNoOutage()
        return try await store.read(body)
    }

    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        carriedOut: @escaping @Sendable (Result) -> Void
    ) async throws -> Result {
        try requireNoOutage()
        let failure = writeOutage.withLock { $0 }
        if runsBodiesTwice || failure != nil {
            do {
                try await store.write { transaction in
                    carriedOut(try body(transaction))
                    throw RunAgain()
                }
            } catch is RunAgain {}
        }
        if let failure { throw failure }
        return try await store.write(body, carriedOut: carriedOut)
    }

    package func ping() async throws {
        try requireNoOutage()
        try await store.ping()
    }
}
