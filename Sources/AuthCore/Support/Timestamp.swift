// Support owns values and small tools that any area may use: time, secrets, addresses, texts. It must not know an
// area.

/// A moment in UTC, counted in milliseconds since 1970-01-01.
package struct Timestamp: Comparable, Hashable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    package var milliseconds: Int64

    /// So many milliseconds after 1970 began.
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// So many whole seconds after 1970 began.
    package init(seconds: Int64) { self.milliseconds = seconds * 1000 }

    /// Whole seconds, rounded down: the NumericDate of RFC 7519 §2.
    package var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000 }

    /// Whole seconds, rounded up: for a moment that must not be announced too early.
    package var secondsRoundedUp: Int64 { -Timestamp(milliseconds: -milliseconds).seconds }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (moment: Self, span: Duration) -> Self {
        Timestamp(milliseconds: moment.milliseconds + span.milliseconds)
    }

    package static func - (moment: Self, span: Duration) -> Self {
        Timestamp(milliseconds: moment.milliseconds - span.milliseconds)
    }

    package static func - (later: Self, earlier: Self) -> Duration {
        .milliseconds(later.milliseconds - earlier.milliseconds)
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// Whole nanoseconds, rounded towards zero.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }

    /// Whole seconds, rounded up: what a `Retry-After` may say without sending the client too early.
    package var secondsRoundedUp: Int64 {
        let (seconds, attoseconds) = components
        return attoseconds > 0 ? seconds + 1 : seconds
    }
}
