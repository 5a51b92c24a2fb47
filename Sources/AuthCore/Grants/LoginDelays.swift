package import Logging
import Synchronization

/// Slows down who guesses the password of one account, over all addresses and all servers of a database, and tells whose
/// turn a hash is. How long who has to wait is decided by ``LoginRecord``.
package final class LoginDelays: Sendable {
    private let accounts: AccountDigest
    private let isOn: Bool
    private let time: any TimeSource
    private let attempts: RecentAttempts
    private let logger: Logger
    private let isOutOfOrder = Mutex(false)

    /// - Parameters:
    ///   - isOn: whether anybody waits; who failed where is counted anyway.
    ///   - logger: is told, once, when what was counted cannot be read; nobody waits then.
    package init(accounts: AccountDigest, isOn: Bool = true, time: any TimeSource, logger: Logger) {
        self.accounts = accounts
        self.isOn = isOn
        self.time = time
        self.logger = logger
        attempts = RecentAttempts(time: time)
    }

    /// An attempt of a client to log in to an account, with what was counted before.
    struct Attempt: Sendable {
        let key: LoginKey
        /// nil where it cannot be read: nothing is counted then either.
        let record: LoginRecord?
    }

    /// Whose attempts this one is counted with.
    func key(_ username: String, _ client: IPAddress) -> LoginKey {
        LoginKey(account: accounts(username), block: AddressBlock(of: client.rateLimitKey))
    }

    /// What is known of the attempt, for the unit of work that finds the account. It fails no login.
    func record(of key: LoginKey, in transaction: any LoginRecordReads) -> Attempt {
        Attempt(key: key, record: try? transaction.loginRecord(of: key))
    }

    /// Lets an attempt pass, or refuses it; an attempt that has to wait for its turn takes it.
    /// - Returns: whose turn its hash is.
    /// - Throws: ``AuthError/rateLimited(_:)``, and what `store` throws.
    func admit(_ attempt: Attempt, from client: IPAddress, in store: any Store) async throws -> HashShare {
        note(attempt)
        let before = attempts.note(attempt.key.block)
        guard let record = attempt.record else { return HashShare(.login, from: client, doubt: Self.doubt(before)) }
        let now = time.now
        switch isOn ? record.verdict(at: now) : .free {
        case .free: break
        case .wait(let wait, let left): throw Self.refusal(left, of: wait)
        case .claim(let seen, let wait):
            let isOurs = try await store.write { transaction in
                try transaction.claimAttempt(of: attempt.key, seen: seen, at: now)
            }
            guard isOurs else { throw Self.refusal(wait, of: wait) }
        }
        if record.isFamiliar(at: now) { return HashShare(.known, from: client) }
        return HashShare(.login, from: client, doubt: Self.doubt(before) + (record.isHot(at: now) ? 1 : 0))
    }

    /// Counts a wrong password, in the unit of work that records it.
    func countFailure(_ attempt: Attempt, at moment: Timestamp, in transaction: any LoginRecordWrites) throws {
        guard let record = attempt.record else { return }
        func count(_ block: AddressBlock?) throws {
            try transaction.countFailure(
                of: attempt.key.account, block: block, at: moment, forgetting: moment - LoginRecord.memory,
                until: moment + LoginRecord.memory)
        }
        if record.isHot(at: moment) { try count(attempt.key.block) }
        // Last: every attempt at the account wants this row.
        if record.countsForAccount(at: moment) { try count(nil) }
        try transaction.deleteSomeLoginRecords(expiredAt: moment)
    }

    /// Notes a login, in the unit of work that records it.
    func noteLogin(_ attempt: Attempt, at moment: Timestamp, in transaction: any LoginRecordWrites) throws {
        guard let record = attempt.record else { return }
        if record.changesByLogin(at: moment) {
            try transaction.noteLogin(of: attempt.key, at: moment, until: moment + LoginRecord.familiarity)
            try transaction.deleteSomeLoginRecords(expiredAt: moment)
        }
        if record.isForgiven(at: moment) {
            try transaction.forgetFailures(of: attempt.key.account, fewerThan: LoginRecord.freeFailures)
        }
    }

    /// The password was right.
    func forgive(_ attempt: Attempt) { attempts.forget(attempt.key.block) }

    /// Of a block that tried so often without success: not yet of who mistyped, or was refused, a few times.
    private static func doubt(_ attempts: Int) -> Int { attempts < 3 ? 0 : attempts < 16 ? 1 : 2 }

    private static func refusal(_ left: Duration, of wait: Duration) -> AuthError {
        .rateLimited(RateLimitRefusal(limit: .ofAccount(wait: wait), retryAfter: left))
    }

    private func note(_ attempt: Attempt) {
        let isMissing = attempt.record == nil
        let changed = isOutOfOrder.withLock { isOutOfOrder in
            defer { isOutOfOrder = isMissing }
            return isOutOfOrder != isMissing
        }
        guard changed else { return }
        if isMissing {
            logger.error("who failed to log in cannot be read: nothing slows down who guesses one account's password")
        } else {
            logger.notice("who failed to log in can be read again")
        }
    }
}
