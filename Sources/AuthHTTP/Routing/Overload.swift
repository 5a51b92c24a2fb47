/// A time in which requests are refused because more passwords are to be hashed than can be: a pure value.
///
/// It begins with the first that is refused, and is over when none was for a while: under a flood some are refused and
/// others are not, all the time.
package struct Overload: Equatable, Sendable {
    /// What is worth a line.
    package enum Event: Equatable, Sendable {
        /// The first was refused.
        case began
        /// It is over: how many were refused, and how long it was from the first to the last of them.
        case ended(refused: Int, lasted: Duration)
    }

    /// Without a refusal, until it is over.
    package static let quiet: Duration = .seconds(10)
    private var beganAt: Duration?
    private var lastAt: Duration = .zero
    private var refused = 0

    /// None was refused.
    package init() {}

    /// Notes that one was, at `uptime` of a ``AuthCore/TimeSource``.
    /// - Returns: an event when it is the first.
    package mutating func refused(at uptime: Duration) -> Event? {
        refused += 1
        lastAt = uptime
        guard beganAt == nil else { return nil }
        beganAt = uptime
        return .began
    }

    /// - Returns: an event once it is over.
    package mutating func look(at uptime: Duration) -> Event? {
        guard let beganAt, uptime - lastAt >= Self.quiet else { return nil }
        defer { self = Overload() }
        return .ended(refused: refused, lasted: lastAt - beganAt)
    }
}
