package import NIOCore

/// Connections that were refused because their address has its share: how many since that was last said, and when it
/// is to be said again. A pure function of what was refused when.
package struct RefusedConnections: Sendable {
    /// Between two lines about it.
    package static let betweenReports: TimeAmount = .minutes(1)
    /// From the first that is refused to the line, so that the line has a number.
    package static let untilReport: TimeAmount = .seconds(1)

    private var count = 0
    private var isReportDue = false
    private var reported: NIODeadline?

    /// None was.
    package init() {}

    /// One more was.
    /// - Returns: in which time ``report(at:)`` is to be called; nil where it will be anyway.
    package mutating func add(at now: NIODeadline) -> TimeAmount? {
        count += 1
        guard !isReportDue else { return nil }
        isReportDue = true
        let soon = now + Self.untilReport
        return max(soon, reported.map { $0 + Self.betweenReports } ?? soon) - now
    }

    /// - Returns: how many since the last time.
    package mutating func report(at now: NIODeadline) -> Int {
        defer {
            count = 0
            isReportDue = false
            reported = now
        }
        return count
    }
}
