// RateLimits owns how often somebody may ask. It must not know what is asked.

/// How many requests one client may make, in any stretch of time as long as the window.
package struct RateLimit: Equatable, Sendable {
    /// Requests per window; 0 turns the limit off.
    package var limit: Int
    /// Length of the window.
    package var window: Duration
    /// What is limited, as the client is told.
    package var name: String

    /// The delay for who guesses one account's password is told as a limit, too: one attempt for each `wait`.
    package static func ofAccount(wait: Duration) -> RateLimit { RateLimit(limit: 1, window: wait, name: accountName) }

    /// Whether it is a delay of ``ofAccount(wait:)``, not a limit of requests.
    package var isOfAccount: Bool { name == Self.accountName }

    private static let accountName = "account"

    /// - Parameter limit: 0 turns it off.
    package init(limit: Int, window: Duration, name: String = "auth") {
        self.limit = limit
        self.window = window
        self.name = name
    }
}

/// What a refused client is told.
package struct RateLimitRefusal: Equatable, Sendable {
    /// The limit that refused.
    package let limit: RateLimit
    /// How long until the next request would be admitted.
    package let retryAfter: Duration

    /// Refused by `limit` for so long.
    package init(limit: RateLimit, retryAfter: Duration) {
        self.limit = limit
        self.retryAfter = retryAfter
    }
}

/// Who is counted: an IPv4 address, or the /64 block of an IPv6 address.
package struct RateLimitKey: Hashable, Sendable {
    let high: UInt64
    let low: UInt64

    /// The first 64 bits and the last 64 bits of an address.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The same on every server that counts this client: two hexadecimal numbers, or one where the first is zero.
    package var text: String {
        high == 0 ? String(low, radix: 16) : "\(String(high, radix: 16)):\(String(low, radix: 16))"
    }
}

/// Port: decides whether a client may go on.
package protocol RateLimiter: Sendable {
    /// Counts a request of `key`; nil when it is admitted. Must cost far less than a password hash.
    func refusal(for key: RateLimitKey) async -> RateLimitRefusal?
}
