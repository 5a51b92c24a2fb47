package import Logging
import Synchronization

/// A ``Store`` that knows whether the one behind it works: by the evidence of every call, and by a write of its own
/// where there is none.
package final class WatchedStore: Store {
    private struct State {
        var outage = StoreOutage()
        var lastWrite: Duration?
        var lastAsked: Duration?
    }

    /// As long as a write is evidence for the next one.
    private static let validity: Duration = .seconds(2)
    /// As long as a question lets the store be tried: balancers ask more often.
    private static let interest: Duration = .seconds(30)
    private let store: any Store
    private let time: any TimeSource
    private let logger: Logger
    private let isRequest: @Sendable () -> Bool
    private let state = Mutex(State())

    /// Watches `store`; an outage is one line at its begin and one at its end.
    /// - Parameter isRequest: whether the task that asks works for a request: those are counted.
    package init(
        _ store: any Store, time: any TimeSource, logger: Logger, isRequest: @escaping @Sendable () -> Bool
    ) {
        self.store = store
        self.time = time
        self.logger = logger
        self.isRequest = isRequest
    }

    /// As the store behind.
    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        try await watching(.read) { try await store.read(body) }
    }

    /// As the store behind.
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        carriedOut: @escaping @Sendable (Result) -> Void
    ) async throws -> Result {
        try await watching(.write) { try await store.write(body, carriedOut: carriedOut) }
    }

    /// As the store behind.
    package func ping() async throws { try await watching(.look) { try await store.ping() } }

    /// What `/health/ready` asks: whether a login would find a store that it can write to, as far as is known.
    package func isReady() async -> Bool {
        state.withLock { $0.lastAsked = time.uptime }
        guard (try? await ping()) != nil else { return false }
        return state.withLock { $0.outage.isOver }
    }

    /// ``takesWrites()``, where that tells something new: during an outage, and when somebody wants to know whether the
    /// server is ready and nothing was written lately. For a caller that calls it again and again.
    package func probe() async {
        let now = time.uptime
        let isDue = state.withLock { state in
            let isStale = state.lastWrite.map { now - $0 >= Self.validity } ?? true
            let isWanted = state.lastAsked.map { now - $0 < Self.interest } ?? false
            return !state.outage.isOver || isStale && isWanted
        }
        if isDue { _ = await takesWrites() }
    }

    /// Looks at all tables, writes something and takes it away again. A failure is noted like any other.
    /// - Returns: whether all of that succeeded.
    package func takesWrites() async -> Bool {
        guard (try? await ping()) != nil else { return false }
        let written: Void? = try? await watching(.probe) {
            try await store.write { transaction in
                // A row that nobody sees, older than any: a transaction that changes nothing would show nothing.
                let moment = Timestamp(milliseconds: 0)
                let nothing = KeyPropagation(newest: KeyID(0), known: 0, aware: 0)
                try transaction.record(NodePropagation(node: "", propagation: nothing, recordedAt: moment))
                try transaction.deleteKeyPropagation(recordedBefore: moment + .milliseconds(1))
            }
        }
        return written != nil
    }

    private func watching<Result>(
        _ access: StoreOutage.Access, _ body: () async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body()
            let now = time.uptime
            note { $0.succeeded(access, at: now) }
            if [.write, .probe].contains(access) { state.withLock { $0.lastWrite = now } }
            return result
        } catch AuthError.unavailable(let reason) {
            let now = time.uptime
            // A look in a request is /health/ready, which is answered all the same.
            let endsRequest = [.read, .write].contains(access) && isRequest()
            note { $0.failed(access, reason: reason, endsRequest: endsRequest, at: now) }
            throw AuthError.unavailable(reason)
        }
    }

    private func note(_ change: (inout StoreOutage) -> StoreOutage.Event?) {
        switch state.withLock({ change(&$0.outage) }) {
        case .began(let reason):
            logger.error("the database does not answer: requests are refused", metadata: ["reason": "\(reason)"])
        case .ended(let failures, let requests, let lasted):
            logger.notice(
                "the database answers again",
                metadata: [
                    "failures": "\(failures)", "requests": "\(requests)", "lasted_ms": "\(lasted.milliseconds)",
                ])
        case nil: break
        }
    }
}
