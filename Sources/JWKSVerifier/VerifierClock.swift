public import Foundation

/// Where the time comes from. Passed in, so that tests turn it by hand.
public struct VerifierClock: Sendable {
    /// The time of day: what `exp`, `nbf` and `iat` are compared with.
    public var now: @Sendable () -> Date
    /// Time since some fixed moment, which nobody sets and which goes on while the machine sleeps: for what is cached.
    public var uptime: @Sendable () -> Duration
    /// Returns after this long; throws when cancelled.
    public var sleep: @Sendable (Duration) async throws -> Void

    /// A clock of these.
    public init(
        now: @escaping @Sendable () -> Date, uptime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
    }

    /// The machine's.
    public static let system: VerifierClock = {
        let clock = ContinuousClock()
        let start = clock.now
        return VerifierClock(
            now: { Date() }, uptime: { start.duration(to: clock.now) }, sleep: { try await clock.sleep(for: $0) })
    }()
}
