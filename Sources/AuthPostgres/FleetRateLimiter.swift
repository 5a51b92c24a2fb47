package import AuthCore
import AuthSQL
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

    /// Asks PostgreSQL, and this server's own window where that does not say in time.
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

    /// How long the client has to wait; zero when it is admitted, nil when the database does not say in time.
    private func answer(for key: RateLimitKey) async -> Duration? {
        let microseconds = try? await store.admit(
            [
                .text(limit.name), .text(key.text), .integer(Int64(limit.limit)),
                .integer(limit.window.nanoseconds / 1_000),
            ], within: timeout)
        return microseconds.map { .microseconds($0) }
    }

    private func remember(_ key: RateLimitKey, until: Duration, now: Duration) {
        refused.withLock { refused in
            if refused.count >= Self.memory { refused = refused.filter { $0.value > now } }
            if refused.count < Self.memory { refused[key] = until }
        }
    }
}
