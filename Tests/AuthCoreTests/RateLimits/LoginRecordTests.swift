import AuthCore
import AuthTestSupport
import Testing

@Suite("How long who guesses has to wait") struct LoginRecordTests {
    private static let hour: Duration = .seconds(3_600)

    private func record(
        account: Int, block: Int?, _ ago: Duration = .zero, login: Duration? = nil
    ) -> LoginRecord {
        let attempted = Sample.now - ago
        return LoginRecord(
            account: LoginRecord.Count(failures: account, attemptedAt: attempted),
            block: block.map {
                LoginRecord.Count(failures: $0, attemptedAt: attempted, succeededAt: login.map { Sample.now - $0 })
            })
    }

    /// Between two attempts: what an attempt in the moment of the last one has to wait; nil for nothing.
    private func wait(_ record: LoginRecord) -> Duration? {
        guard case .wait(let wait, let left) = record.verdict(at: Sample.now), wait == left else { return nil }
        return wait
    }

    @Test("nobody waits before the account is hot, whatever its block did", arguments: [0, 1, 9, 1_000])
    func cold(_ failures: Int) {
        #expect(record(account: 9, block: failures).verdict(at: Sample.now) == .free)
        #expect(LoginRecord(block: record(account: 0, block: failures).block).verdict(at: Sample.now) == .free)
    }

    @Test("a block that did not fail at a hot account waits for nothing, however hot", arguments: [10, 1_000_000])
    func stranger(_ failures: Int) {
        #expect(record(account: failures, block: nil).verdict(at: Sample.now) == .free)
        #expect(record(account: failures, block: 0).verdict(at: Sample.now) == .free)
    }

    @Test(
        "waits double with each wrong password of the block, up to a quarter of an hour",
        arguments: [
            (1, 1), (2, 2), (3, 4), (4, 8), (10, 512), (11, 900), (12, 900), (64, 900), (1_000_000, 900),
            (Int.max, 900),
        ])
    func growth(_ failures: Int, _ seconds: Int) {
        #expect(wait(record(account: 10, block: failures)) == .seconds(seconds))
    }

    @Test(
        "a block from where somebody logged in within 30 days has a hundred in advance",
        arguments: [(1, nil), (99, nil), (100, 1), (101, 2), (109, 512)] as [(Int, Int?)])
    func familiar(_ failures: Int, _ seconds: Int?) {
        let expected = seconds.map { Duration.seconds($0) }
        #expect(wait(record(account: 10, block: failures, login: .seconds(30 * 86_400 - 1))) == expected)
        #expect(wait(record(account: 10, block: failures, login: .seconds(30 * 86_400))) != expected)
    }

    @Test("the turn comes to the millisecond, and is claimed") func turn() {
        let early = record(account: 10, block: 3, .milliseconds(3_999))
        #expect(early.verdict(at: Sample.now) == .wait(.seconds(4), left: .milliseconds(1)))
        let due = record(account: 10, block: 3, .seconds(4))
        #expect(due.verdict(at: Sample.now) == .claim(seen: Sample.now - .seconds(4), wait: .seconds(4)))
    }

    @Test("what was counted is forgotten after three hours") func memory() {
        let almost = record(account: 10, block: 20, Self.hour * 3 - .milliseconds(1))
        #expect(almost.isHot(at: Sample.now))
        #expect(almost.verdict(at: Sample.now) != .free)
        let over = record(account: 10, block: 20, Self.hour * 3)
        #expect(!over.isHot(at: Sample.now))
        #expect(over.verdict(at: Sample.now) == .free)
    }

    @Test(
        "a clock that was set back makes no wait longer than it is",
        arguments: [1, 4_999, 5_000, 3_600_000, 10 * 365 * 86_400_000, Int64.max / 2] as [Int64])
    func clockSetBack(_ milliseconds: Int64) {
        let back: Duration = .milliseconds(milliseconds)
        switch record(account: 10, block: 3, .zero - back).verdict(at: Sample.now) {
        // As far as clocks of two servers may differ.
        case .wait(let wait, let left): #expect(wait == .seconds(4) && left == wait && back < .seconds(5))
        case .claim(let seen, _): #expect(seen == Sample.now + back && back >= .seconds(5))
        case .free: Issue.record("free without a claim")
        }
    }
}
