import AuthCore

extension SQLStatement {
    fileprivate static let selectLoginDelays = SQLStatement(
        "SELECT failures, attempted_at, succeeded_at, block FROM login_delays WHERE account = ? AND block IN (?, ?)")
    fileprivate static let claimLoginAttempt = SQLStatement(
        "UPDATE login_delays SET attempted_at = ? WHERE account = ? AND block = ? AND attempted_at = ?")
    /// A number that is none, or beyond sense, begins anew.
    fileprivate static let countLoginFailure = SQLStatement { dialect in
        """
        INSERT INTO login_delays (account, block, failures, attempted_at, expires_at) VALUES (?, ?, 1, ?, ?)
        ON CONFLICT (account, block) DO UPDATE SET
            failures = CASE WHEN login_delays.attempted_at > ? AND login_delays.failures BETWEEN 0 AND 1000000
                THEN login_delays.failures + 1 ELSE 1 END,
            attempted_at = excluded.attempted_at,
            expires_at = \(dialect.greatest)(login_delays.expires_at, excluded.expires_at)
        """
    }
    fileprivate static let noteLogin = SQLStatement(
        """
        INSERT INTO login_delays (account, block, failures, attempted_at, succeeded_at, expires_at)
        VALUES (?, ?, 0, ?, ?, ?)
        ON CONFLICT (account, block) DO UPDATE SET failures = 0, attempted_at = excluded.attempted_at,
            succeeded_at = excluded.succeeded_at, expires_at = excluded.expires_at
        """)
    fileprivate static let forgetLoginFailures = SQLStatement(
        "DELETE FROM login_delays WHERE account = ? AND block = ? AND failures < ?")
    /// As many as a flood leaves behind are gone soon after it, and no login waits for long.
    fileprivate static let deleteExpiredLoginDelays = SQLStatement { dialect in
        """
        DELETE FROM login_delays WHERE (account, block) IN
            (SELECT account, block FROM login_delays WHERE expires_at <= ? ORDER BY expires_at LIMIT 64
            \(dialect.unlessLocked))
        """
    }
}

extension SQLTransaction: LoginRecordWrites {
    /// Stands for all blocks: as short as none of them is.
    private static var everywhere: [UInt8] { [0] }

    func loginRecord(of key: LoginKey) throws -> LoginRecord {
        let rows = try driver.fetch(
            .selectLoginDelays, .bytes(key.account), .bytes(key.block.bytes), .bytes(Self.everywhere))
        func count(_ block: [UInt8]) -> LoginRecord.Count? {
            // What cannot be read slows nobody down; the next attempt replaces it.
            rows.first { (try? $0.bytes(3, "login_delays.block")) == block }.flatMap { row in
                try? LoginRecord.Count(
                    failures: Int(row.integer(0, "login_delays.failures", in: 0...1 << 32)),
                    attemptedAt: row.moment(1, "login_delays.attempted_at"),
                    succeededAt: row.optionalMoment(2, "login_delays.succeeded_at"))
            }
        }
        return LoginRecord(account: count(Self.everywhere), block: count(key.block.bytes))
    }

    func claimAttempt(of key: LoginKey, seen: Timestamp, at moment: Timestamp) throws -> Bool {
        try driver.change(
            .claimLoginAttempt, .milliseconds(moment), .bytes(key.account), .bytes(key.block.bytes),
            .milliseconds(seen)) == 1
    }

    func countFailure(
        of account: [UInt8], block: AddressBlock?, at moment: Timestamp, forgetting before: Timestamp,
        until end: Timestamp
    ) throws {
        try driver.run(
            .countLoginFailure, .bytes(account), .bytes(block?.bytes ?? Self.everywhere),
            .milliseconds(moment), .milliseconds(end), .milliseconds(before))
    }

    func noteLogin(of key: LoginKey, at moment: Timestamp, until end: Timestamp) throws {
        try driver.run(
            .noteLogin, .bytes(key.account), .bytes(key.block.bytes), .milliseconds(moment), .milliseconds(moment),
            .milliseconds(end))
    }

    func forgetFailures(of account: [UInt8], fewerThan limit: Int) throws {
        try driver.run(.forgetLoginFailures, .bytes(account), .bytes(Self.everywhere), .integer(Int64(limit)))
    }

    func deleteSomeLoginRecords(expiredAt moment: Timestamp) throws {
        try driver.run(.deleteExpiredLoginDelays, .milliseconds(moment))
    }
}
