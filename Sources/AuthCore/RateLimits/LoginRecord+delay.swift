/// How long who guesses has to wait: pure functions of what was counted and the time.
///
/// Nothing happens while an account has fewer than ``freeFailures`` recent wrong passwords. From then on it is hot, and a
/// block of addresses that fails there waits between its attempts: 1 s, 2 s, 4 s, at most ``longestWait``. A block that
/// did not fail there waits for nothing, so that no stranger can close an account to its owner.
extension LoginRecord {
    /// Recent wrong passwords at an account, of everybody together, before anybody waits.
    package static let freeFailures = 10
    /// Wrong passwords that a block from where somebody logged in to the account has in advance: the most that NIST SP
    /// 800-63B §5.2.2 lets an account have in a row.
    package static let familiarFailures = 100
    /// The longest time between two attempts of a block.
    package static let longestWait: Duration = .seconds(900)
    /// How long after the last wrong password the ones before it count. In three hours at ``longestWait`` there are as many
    /// attempts as in the first seventeen minutes of a block: it gains nothing by a pause.
    package static let memory: Duration = .seconds(3 * 3_600)
    /// How long a login makes its block familiar at the account.
    package static let familiarity: Duration = .seconds(30 * 86_400)

    /// How far in the future another server's clock may have been.
    private static let mostAhead: Duration = .seconds(-5)
    /// A familiar block's success is noted anew after it.
    private static let successResolution: Duration = .seconds(86_400)
    /// The count of a hot account goes on to here, and is kept alive once a minute: what holds up no other login to it.
    private static let countedFailures = 2 * freeFailures
    private static let countingInterval: Duration = .seconds(60)

    /// What becomes of an attempt.
    package enum Verdict: Equatable, Sendable {
        /// It may be checked.
        case free
        /// It may be checked if nobody else of the block has used up its turn, which `seen` tells.
        case claim(seen: Timestamp, wait: Duration)
        /// Refused: of the time between two attempts so much is left.
        case wait(Duration, left: Duration)
    }

    /// What becomes of an attempt at `now`.
    package func verdict(at now: Timestamp) -> Verdict {
        guard let block, let wait = wait(at: now) else { return .free }
        let passed = now - block.attemptedAt
        // One from further in the future was noted before a clock was set back.
        let isNoted = passed > Self.mostAhead
        guard isNoted && passed < wait else { return .claim(seen: block.attemptedAt, wait: wait) }
        return .wait(wait, left: min(wait, wait - passed))
    }

    /// Whether many wrong passwords were tried for the account lately.
    package func isHot(at now: Timestamp) -> Bool { recentFailures(account, now) >= Self.freeFailures }

    /// Whether somebody logged in to the account from the block lately.
    package func isFamiliar(at now: Timestamp) -> Bool {
        block?.succeededAt.map { now - $0 < Self.familiarity } ?? false
    }

    /// Whether the account's count changes by a wrong password at `now`.
    func countsForAccount(at now: Timestamp) -> Bool {
        guard let account, recentFailures(account, now) >= Self.countedFailures else { return true }
        return now - account.attemptedAt >= Self.countingInterval || account.attemptedAt > now
    }

    /// Whether the block's row changes by a login at `now`.
    func changesByLogin(at now: Timestamp) -> Bool {
        guard let block, let succeededAt = block.succeededAt, block.failures == 0 else { return true }
        return now - succeededAt >= Self.successResolution || succeededAt > now
    }

    /// Whether a login takes back what was counted of the account: its owner mistyped, nobody guesses.
    func isForgiven(at now: Timestamp) -> Bool { account != nil && !isHot(at: now) }

    /// Between two attempts of the block; nil where it waits for nothing.
    private func wait(at now: Timestamp) -> Duration? {
        guard isHot(at: now) else { return nil }
        let steps = recentFailures(block, now) - (isFamiliar(at: now) ? Self.familiarFailures : 1)
        guard steps >= 0 else { return nil }
        return min(Self.longestWait, .seconds(1 << min(steps, 20)))
    }

    private func recentFailures(_ count: Count?, _ now: Timestamp) -> Int {
        guard let count, now - count.attemptedAt < Self.memory else { return 0 }
        return count.failures
    }
}
