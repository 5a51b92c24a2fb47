package import AuthCore

/// Which clients are refused for asking too often, so that each is named once in a minute and no flood of addresses fills
/// the log: a pure value.
package struct RefusedClients: Sendable {
    /// What is worth a line.
    package enum Event: Equatable, Sendable {
        /// It is the first time of this client.
        case client
        /// It is the first of those that are not named any more.
        case more
    }

    /// In a minute; further ones are one line together.
    package static let mostNamed = 100
    private static let span: Duration = .seconds(60)
    private var named: Set<RateLimitKey> = []
    private var since: Duration?
    private var hasMore = false

    /// None was refused.
    package init() {}

    /// Notes that a request of `client` was refused, at `uptime` of a ``AuthCore/TimeSource``.
    package mutating func refused(_ client: RateLimitKey, at uptime: Duration) -> Event? {
        if since.map({ uptime - $0 >= Self.span }) ?? true {
            self = RefusedClients()
            since = uptime
        }
        if named.contains(client) { return nil }
        guard named.count >= Self.mostNamed else {
            named.insert(client)
            return .client
        }
        defer { hasMore = true }
        return hasMore ? nil : .more
    }
}
