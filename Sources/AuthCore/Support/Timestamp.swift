// Support owns values and small tools that any area may use: time, secrets, addresses, texts. It must not know an
// area.

/// A moment in UTC, counted in milliseconds since 1970-01-01. Sums end at the first and the last moment that there is: a
/// clock or a row that is beyond sense ends no process.
package struct Timestamp: Comparable, Hashable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    package var milliseconds: Int64

    /// So many milliseconds after 1970 began.
    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// So many whole seconds after 1970 began.
    package init(seconds: Int64) { milliseconds = seconds.times(1000) }

    /// Whole seconds, rounded down: the NumericDate of RFC 7519 §2.
    package var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1000 : (milliseconds + 1) / 1000 - 1 }

    /// Whole seconds, rounded up: for a moment that must not be announced too early.
    package var secondsRoundedUp: Int64 { milliseconds > 0 ? (milliseconds - 1) / 1000 + 1 : milliseconds / 1000 }

    package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

    package static func + (moment: Self, span: Duration) -> Self {
        Timestamp(milliseconds: moment.milliseconds.plus(span.milliseconds))
    }

    package static func - (moment: Self, span: Duration) -> Self {
        Timestamp(milliseconds: moment.milliseconds.minus(span.milliseconds))
    }

    package static func - (later: Self, earlier: Self) -> Duration {
        .milliseconds(later.milliseconds.minus(earlier.milliseconds))
    }
}

extension Duration {
    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.times(1000).plus(attoseconds / 1_000_000_000_000_000)
    }

    /// Whole nanoseconds, rounded towards zero.
    package var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds.times(1_000_000_000).plus(attoseconds / 1_000_000_000)
    }

    /// Whole seconds, rounded up: what a `Retry-After` may say without sending the client too early.
    package var secondsRoundedUp: Int64 {
        let (seconds, attoseconds) = components
        return attoseconds > 0 ? seconds + 1 : seconds
    }
}

extension Int64 {
    fileprivate func plus(_ other: Int64) -> Int64 {
        let (sum, isBeyond) = addingReportingOverflow(other)
        return isBeyond ? (other < 0 ? .min : .max) : sum
    }

    fileprivate func minus(_ other: Int64) -> Int64 {
        let (difference, isBeyond) = subtractingReportingOverflow(other)
        return isBeyond ? (other < 0 ? .max : .min) : difference
    }

    /// - Parameter factor: above zero.
    fileprivate func times(_ factor: Int64) -> Int64 {
        let (product, isBeyond) = multipliedReportingOverflow(by: factor)
        return isBeyond ? (self < 0 ? .min : .max) : product
    }
}
