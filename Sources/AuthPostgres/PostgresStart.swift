/// What a start does when PostgreSQL cannot be used: waits and says so, or gives up. Times count from the start.
package struct PostgresStart: Sendable {
    /// After a failure.
    package enum Step: Equatable, Sendable {
        /// Try again after this.
        case again(after: Duration)
        /// There is nothing to wait for, or the time is over.
        case giveUp
    }

    /// What passes faster than this is not worth a line.
    private static let firstLine: Duration = .seconds(1)
    private static let lineInterval: Duration = .seconds(10)
    /// A connection that was closed counts for a moment: whoever does not wait waits for this.
    private static let shortageGrace: Duration = .seconds(2)
    private static let longestPause: Duration = .seconds(1)

    private let limit: Duration
    private var pause: Duration = .milliseconds(50)
    private var reason: String?
    private var lastLine: Duration?

    /// - Parameter limit: how long what may pass is waited for.
    package init(limit: Duration) { self.limit = limit }

    /// - Parameters:
    ///   - mayPass: whether the same again may succeed, without anybody changing a setting.
    ///   - isShortage: whether PostgreSQL is there and has no connection left.
    package mutating func failed(reason: String, mayPass: Bool, isShortage: Bool, at now: Duration) -> Step {
        self.reason = reason
        let left = (isShortage ? max(limit, Self.shortageGrace) : limit) - now
        guard mayPass, left > .zero else { return .giveUp }
        pause = min(pause * 2, Self.longestPause)
        return .again(after: min(pause, left))
    }

    /// The line that is due: one soon after the begin of a wait, then one every 10 s. To be asked at least once a second,
    /// because an attempt itself may take its time.
    package mutating func line(at now: Duration) -> PostgresEvent? {
        let due = lastLine.map { $0 + Self.lineInterval } ?? (reason == nil ? Self.lineInterval : Self.firstLine)
        guard now >= due, now < limit else { return nil }
        lastLine = now
        return .waiting(reason: reason ?? "there is no answer", left: limit - now)
    }

    /// The line at the end of a wait that had one.
    package func succeeded(at now: Duration) -> PostgresEvent? { lastLine == nil ? nil : .arrived(after: now) }
}
