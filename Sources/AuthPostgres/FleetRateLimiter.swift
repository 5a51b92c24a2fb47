package import AuthCore
import Synchronization

/// One exact sliding window per client over all servers that share the database, by the database's clock.
///
/// When PostgreSQL does not answer in time the window of this server alone applies; there is never no limit.
package final class FleetRateLimiter: RateLimiter {
    /// Clients whose refusal is remembered.
    private static let memory = 32_768

    private let limit: RateLimit
    private let store: PostgresStore
    private let own: any RateLimiter
    private let timeout: Duration
    private let time: any TimeSource
    /// Until when (by `uptime`) a client is refused whatever happens: a hit that was admitted leaves no earlier.
    private let refused = Mutex<[RateLimitKey: Duration]>([:])

    /// - Parameters:
    ///   - own: this server's own window, for when the database does not answer.
    ///   - timeout: how long a login waits for that answer.
    package init(
        limit: RateLimit, store: PostgresStore, own: any RateLimiter, timeout: Duration = .milliseconds(250),
        time: any TimeSource
    ) {
        self.limit = limit
        self.store = store
        self.own = own
        self.timeout = timeout
        self.time = time
    }

    package func refusal(for key: RateLimitKey) async -> RateLimitRefusal? {
        guard limit.limit > 0 else { return nil }
        let asked = time.uptime
        if let until = refused.withLock({ $0[key] }), until > asked {
            return RateLimitRefusal(limit: limit, retryAfter: until - asked)
        }
        guard let wait = await answer(for: key) else { return await own.refusal(for: key) }
        guard wait > .zero else {
            // Counted here too, so that this server knows of it when the database goes.
            _ = await own.refusal(for: key)
            return nil
        }
        // From when we asked, not from now: never longer than the database said.
        remember(key, until: asked + wait, now: asked)
        return RateLimitRefusal(limit: limit, retryAfter: wait)
    }

    /// How long the client has to wait; zero when it is admitted, nil when the database does not say.
    private func answer(for key: RateLimitKey) async -> Duration? {
        let values: [Parameter] = [
            .text(limit.name), .text(key.text), .integer(Int64(limit.limit)),
            .integer(limit.window.nanoseconds / 1_000),
        ]
        let (store, timeout) = (self.store, self.timeout)
        if store.isOut { return nil }
        return await withCheckedContinuation { caller in
            let first = FirstAnswer(caller)
            let alarm = Task {
                try? await Task.sleep(for: timeout)
                if !Task.isCancelled, first.give(nil) { store.probe() }
            }
            Task {
                let microseconds = try? await store.admit(values)
                alarm.cancel()
                first.give(microseconds.map { .microseconds($0) })
            }
        }
    }

    private func remember(_ key: RateLimitKey, until: Duration, now: Duration) {
        refused.withLock { refused in
            if refused.count >= Self.memory { refused = refused.filter { $0.value > now } }
            if refused.count < Self.memory { refused[key] = until }
        }
    }
}

/// Whoever answers first answers the caller.
private final class FirstAnswer<QueryResult: Sendable>: Sendable {
    private let caller: Mutex<CheckedContinuation<QueryResult?, Never>?>

    init(_ caller: CheckedContinuation<QueryResult?, Never>) { self.caller = Mutex(caller) }

    /// Whether this was the first.
    @discardableResult
    func give(_ answer: QueryResult?) -> Bool {
        let caller = caller.withLock { caller in
            defer { caller = nil }
            return caller
        }
        caller?.resume(returning: answer)
        return caller != nil
    }
}
