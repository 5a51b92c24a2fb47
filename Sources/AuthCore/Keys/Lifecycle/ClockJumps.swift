/// Tells how far the wall clock was set since a key was first seen in its state, by the clock that no one can set.
///
/// A clock set forward must not make a key look as if verifiers had known it longer than they did, and must not take a
/// retired key away from tokens that are still alive; a clock set back must not stop the rotation.
struct ClockJumps: Sendable {
    private struct Sight: Hashable {
        let id: KeyID
        let state: KeyState
    }

    /// Smaller differences are a clock being slewed, which needs no correction.
    private static let tolerance: Duration = .seconds(2)
    private var offsets: [Sight: Duration] = [:]

    /// Notes the keys that are new in their state; forgets those that are gone.
    mutating func see(_ keys: [KeyLifecycle], now: Timestamp, uptime: Duration) {
        let offset = Self.offset(now, uptime)
        offsets = Dictionary(
            uniqueKeysWithValues: keys.map { key in
                let sight = Sight(id: key.id, state: key.state)
                return (sight, offsets[sight] ?? offset)
            })
    }

    /// `key` with its times moved along with the clock.
    func corrected(_ key: KeyLifecycle, now: Timestamp, uptime: Duration) -> KeyLifecycle {
        guard let first = offsets[Sight(id: key.id, state: key.state)] else { return key }
        let jump = Self.offset(now, uptime) - first
        guard jump > Self.tolerance || jump < .zero - Self.tolerance else { return key }
        var key = key
        key.publishedAt = key.publishedAt + jump
        key.activatesAt = key.activatesAt + jump
        // Tokens were signed by the clock as it was then: forward, they live longer by the clock as it is now.
        if jump > .zero { key.latestTokenExpiry = key.latestTokenExpiry.map { $0 + jump } }
        if key.state == .retired, jump > .zero {
            key.withdrawnAt = Timestamp(seconds: (key.withdrawnAt + jump).secondsRoundedUp)
        }
        return key
    }

    private static func offset(_ now: Timestamp, _ uptime: Duration) -> Duration {
        .milliseconds(now.milliseconds - uptime.milliseconds)
    }
}
