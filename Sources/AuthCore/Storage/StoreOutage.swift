/// Whether the store takes reads and writes, by what became of the last of each: a pure value.
///
/// An outage begins with the first failure and ends when everything that failed succeeds again, a second after the last
/// failure at the soonest: one line at each end, however many callers were refused between.
package struct StoreOutage: Equatable, Sendable {
    /// What can fail by itself: a full disk is read.
    package enum Access: Sendable {
        case read, write
    }

    /// What is worth a line.
    package enum Event: Equatable, Sendable {
        /// The first failure, with its reason.
        case began(reason: String)
        /// All is well again, after so many failures.
        case ended(failures: Int)
    }

    /// A store that sometimes fails and sometimes not is in one outage, not in many.
    private static let quiet: Duration = .seconds(1)
    /// When each failed last.
    private var failing: [Access: Duration] = [:]
    private var failures = 0

    /// All is well.
    package init() {}

    /// Whether reads and writes succeed, as far as is known.
    package var isOver: Bool { failing.isEmpty }

    /// Notes a success, at `uptime` of ``TimeSource``.
    /// - Returns: an event when it ends the outage.
    package mutating func succeeded(_ access: Access, at uptime: Duration) -> Event? {
        // What is written was read before.
        for ended in access == .write ? [.read, .write] : [Access.read] {
            if let last = failing[ended], uptime - last >= Self.quiet { failing[ended] = nil }
        }
        guard failing.isEmpty, failures > 0 else { return nil }
        defer { failures = 0 }
        return .ended(failures: failures)
    }

    /// Notes that the store was unavailable, at `uptime` of ``TimeSource``.
    /// - Returns: an event when it begins an outage.
    package mutating func failed(_ access: Access, reason: String, at uptime: Duration) -> Event? {
        failures += 1
        let isFirst = failing.isEmpty
        failing[access] = uptime
        return isFirst ? .began(reason: reason) : nil
    }
}
