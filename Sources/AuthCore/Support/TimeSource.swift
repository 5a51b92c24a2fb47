import Glibc

/// Where the time comes from. Passed in everywhere, so that tests turn the clock by hand.
package protocol TimeSource: Sendable {
    /// The wall clock, which an administrator or NTP may set forwards and backwards.
    var now: Timestamp { get }
    /// Time since some fixed moment, which no one can set: for windows, deadlines and clock-jump detection.
    var uptime: Duration { get }
}

/// The machine's own clocks.
package struct SystemTimeSource: TimeSource {
    /// Has no state.
    package init() {}

    /// CLOCK_REALTIME, to the millisecond.
    package var now: Timestamp {
        let time = read(CLOCK_REALTIME)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// CLOCK_MONOTONIC, to the nanosecond.
    package var uptime: Duration {
        let time = read(CLOCK_MONOTONIC)
        return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
    }

    private func read(_ clock: clockid_t) -> timespec {
        var time = timespec()
        clock_gettime(clock, &time)
        return time
    }
}
