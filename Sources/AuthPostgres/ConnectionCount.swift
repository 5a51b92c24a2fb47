/// How many connections of a pool are open, and when one more is tried for: at once as long as none is refused, then one
/// at a time. Times are those of one clock that only goes forward.
package struct ConnectionCount: Sendable {
    /// While some work.
    private static let interval: Duration = .seconds(5)
    /// While nobody can be served.
    private static let intervalWithoutAny: Duration = .milliseconds(200)
    /// Connections that PostgreSQL has just ended count for a moment: so long the next attempt is waited for.
    private static let shortestStandstill: Duration = .seconds(1)
    /// After an attempt that failed for another reason.
    private static let pauseAfterFailure: Duration = .milliseconds(200)
    /// Until something is known of an attempt that is under way.
    private static let look: Duration = .seconds(1)

    private struct Refusal {
        let reason: String
        let moment: Duration
    }

    private let wanted: Int
    /// How many there are.
    package private(set) var open: Int
    private var attempts = 0
    private var refusal: Refusal?
    private var failure: Duration?
    /// Since when there is none because PostgreSQL grants none.
    private var noneSince: Duration?
    private var isTold = false

    /// - Parameter open: those there are already.
    package init(wanted: Int, open: Int) {
        self.wanted = wanted
        self.open = open
    }

    /// Why nobody can be served, if that is so for some time and nobody is about to find out more; nil otherwise.
    package func standstill(at now: Duration) -> String? {
        guard attempts == 0, let noneSince, now - noneSince >= Self.shortestStandstill else { return nil }
        return refusal?.reason
    }

    /// Begins an attempt, to be ended by ``opened(at:)``, ``refused(_:at:)`` or ``failed(at:)``.
    /// - Returns: nil where it may begin now; how long to wait before asking again otherwise.
    package mutating func begin(at now: Duration) -> Duration? {
        if let failure, now < failure + Self.pauseAfterFailure { return failure + Self.pauseAfterFailure - now }
        if let refusal {
            guard attempts == 0 else { return Self.look }
            let next = refusal.moment + (open == 0 ? Self.intervalWithoutAny : Self.interval)
            guard now >= next else { return next - now }
        }
        attempts += 1
        return nil
    }

    /// There is one more. During a shortage the next may be tried for at once.
    package mutating func opened(at now: Duration) -> PostgresEvent? {
        attempts -= 1
        open += 1
        failure = nil
        noneSince = nil
        guard let refusal else { return nil }
        self.refusal = Refusal(reason: refusal.reason, moment: now - Self.interval)
        guard open >= wanted else { return settle() }
        self.refusal = nil
        defer { isTold = false }
        return isTold ? .complete(wanted: wanted) : nil
    }

    /// PostgreSQL is there and has no more for us.
    package mutating func refused(_ reason: String, at now: Duration) -> PostgresEvent? {
        attempts -= 1
        refusal = Refusal(reason: reason, moment: now)
        if open == 0 { noneSince = noneSince ?? now }
        return settle()
    }

    /// The attempt failed for a reason that all of them share.
    package mutating func failed(at now: Duration) {
        attempts -= 1
        failure = now
    }

    /// One of those there were is gone.
    package mutating func lost() { open -= 1 }

    /// Once nobody is trying it is known how many there are.
    private mutating func settle() -> PostgresEvent? {
        guard attempts == 0, !isTold, let refusal else { return nil }
        isTold = true
        return .shortage(open: open, wanted: wanted, reason: refusal.reason)
    }
}
