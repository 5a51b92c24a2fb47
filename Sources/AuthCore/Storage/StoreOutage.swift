/// Whether the store takes reads and writes, by what became of the last of each: a pure value.
///
/// An outage begins with the first failure and ends when everything that failed succeeds again, a second after the last
/// failure at the soonest, and a look finds all tables in order: one line at each end, however many callers were refused
/// between. The look, because most reads and writes need only some of the tables: with one of the others dropped they
/// succeed in turns with those that fail.
package struct StoreOutage: Equatable, Sendable {
    /// What can fail by itself: a full disk is read.
    package enum Access: Sendable {
        case read, write
        /// ``Store/ping()``, a read of every table that a login needs.
        case look
        /// A write for nothing else but to see whether it succeeds.
        case probe
    }

    /// What is worth a line.
    package enum Event: Equatable, Sendable {
        /// The first failure, with its reason.
        case began(reason: String)
        /// All is well again, after so many failures, with which so many requests could not be answered, and so long after
        /// the first.
        case ended(failures: Int, requests: Int, lasted: Duration)
    }

    /// A store that sometimes fails and sometimes not is in one outage, not in many.
    private static let quiet: Duration = .seconds(1)
    /// When each failed last.
    private var failing: [Access: Duration] = [:]
    private var failures = 0
    private var requests = 0
    private var beganAt: Duration = .zero

    /// All is well.
    package init() {}

    /// Whether reads and writes succeed, as far as is known.
    package var isOver: Bool { failing.isEmpty }

    /// Notes a success, at `uptime` of ``TimeSource``.
    /// - Returns: an event when it ends the outage.
    package mutating func succeeded(_ access: Access, at uptime: Duration) -> Event? {
        for ended in access.proven {
            if let last = failing[ended], uptime - last >= Self.quiet { failing[ended] = nil }
        }
        guard failing.isEmpty, failures > 0 else { return nil }
        defer { self = StoreOutage() }
        return .ended(failures: failures, requests: requests, lasted: uptime - beganAt)
    }

    /// Notes that the store was unavailable, at `uptime` of ``TimeSource``.
    /// - Parameter endsRequest: whether a request could not be answered because of it.
    /// - Returns: an event when it begins an outage.
    package mutating func failed(
        _ access: Access, reason: String, endsRequest: Bool = false, at uptime: Duration
    ) -> Event? {
        failures += 1
        if endsRequest { requests += 1 }
        let isFirst = failing.isEmpty
        if isFirst { beganAt = uptime }
        failing[access] = uptime
        failing[.look] = uptime
        return isFirst ? .began(reason: reason) : nil
    }
}

extension StoreOutage.Access {
    /// What its success is evidence for: what is written was read before.
    fileprivate var proven: [StoreOutage.Access] {
        switch self {
        case .read: [.read]
        case .write: [.read, .write]
        case .look: [.read, .look]
        case .probe: [.read, .write, .probe]
        }
    }
}
