import AuthCore

extension StoreLaw {
    /// Who failed to log in.
    package static let loginRecords = [
        StoreLaw("of many attempts at once that wait for one turn of a block one takes it", checkClaim),
        StoreLaw("of many wrong passwords at once each is counted", checkParallelFailures),
        StoreLaw("blocks, accounts and what all blocks did together are counted apart", checkCounts),
        StoreLaw("a count whose last failure is old begins anew, and one from the future does not", checkForgetting),
        StoreLaw("a login clears its block alone, and is remembered through failures", checkLogin),
        StoreLaw("an account's count is forgotten below a limit only, its blocks' never", checkForgiveness),
        StoreLaw("rows that are over go, the oldest first, and no other", checkExpiry),
    ]

    private static let key = LoginKey(account: Sample.accounts("alice"), block: block(0xC000_0200))
    private static let other = LoginKey(account: Sample.accounts("alice"), block: block(0xC633_6400))

    private static func checkClaim(_ store: any Store) async throws {
        try await fail(key, Sample.now, in: store)
        try await fail(other, Sample.now, in: store)
        let later = Sample.now + .seconds(1)
        let claims = await inParallel(50) { _ in
            try? await store.write { transaction in
                try transaction.claimAttempt(of: key, seen: Sample.now, at: later)
            }
        }
        try require(claims.count { $0 == true } == 1, "one of 50 takes the turn, not \(claims.count { $0 == true })")
        try require(claims.count { $0 == false } == 49, "49 are told so")
        try require(try await record(key, in: store).block == count(1, later), "the moment is the turn's")
        try require(try await record(other, in: store).block == count(1, Sample.now), "other blocks have their own")
        let nobody = LoginKey(account: Sample.accounts("nobody"), block: key.block)
        let claimed = try await store.write { transaction in
            try transaction.claimAttempt(of: nobody, seen: Sample.now, at: later)
        }
        try require(!claimed, "where nothing was counted there is no turn")
    }

    private static func checkParallelFailures(_ store: any Store) async throws {
        let failures = await inParallel(50) { _ in
            await failure { try await fail(key, Sample.now, in: store) }
        }
        try require(failures.allSatisfy { $0 == nil }, "none fails: \(text(failures.compactMap { $0 }.first))")
        let found = try await record(key, in: store)
        try require(
            found == LoginRecord(account: count(50, Sample.now), block: count(50, Sample.now)), "50 are counted")
    }

    private static func checkCounts(_ store: any Store) async throws {
        try require(try await record(key, in: store) == LoginRecord(), "there is nothing at first")
        try await fail(key, Sample.now, in: store)
        try await fail(key, Sample.now, in: store)
        try await fail(other, Sample.now, in: store)
        try require(
            try await record(key, in: store)
                == LoginRecord(account: count(3, Sample.now), block: count(2, Sample.now)), "2 of 3 are the block's")
        let bob = LoginKey(account: Sample.accounts("bob"), block: key.block)
        try require(try await record(bob, in: store) == LoginRecord(), "another account has none")
        let site = LoginKey(
            account: key.account, block: AddressBlock(of: RateLimitKey(high: 0x2001_0DB8 << 32, low: 0)))
        try require(try await record(site, in: store).block == nil, "another block has none")
    }

    private static func checkForgetting(_ store: any Store) async throws {
        let hour: Duration = .seconds(3_600)
        for seconds: Int64 in [0, 3_600, 7_200] {
            try await fail(key, Sample.now + .seconds(seconds), in: store, memory: hour + .seconds(1))
        }
        try require(try await record(key, in: store).block?.failures == 3, "an hour apart they add up")
        try await fail(key, Sample.now + .seconds(10_801), in: store, memory: hour + .seconds(1))
        let at = Sample.now + .seconds(10_801)
        try require(try await record(key, in: store).block == count(1, at), "after more it begins anew")
        // The clock was set back.
        try await fail(key, Sample.now, in: store, memory: hour)
        try require(
            try await record(key, in: store).block == count(2, Sample.now), "the future counts, and is replaced")
    }

    private static func checkLogin(_ store: any Store) async throws {
        let later = Sample.now + .seconds(9)
        for key in [key, key, other] { try await fail(key, Sample.now, in: store) }
        try await store.write { transaction in
            try transaction.noteLogin(of: key, at: later, until: later + .seconds(1_000))
        }
        let cleared = LoginRecord.Count(failures: 0, attemptedAt: later, succeededAt: later)
        try require(try await record(key, in: store).block == cleared, "the block's failures are gone")
        try require(try await record(key, in: store).account?.failures == 3, "the account's are not")
        try require(try await record(other, in: store).block?.failures == 1, "nor another block's")
        try await fail(key, later + .seconds(1), in: store, memory: .seconds(1))
        let again = LoginRecord.Count(failures: 1, attemptedAt: later + .seconds(1), succeededAt: later)
        try require(try await record(key, in: store).block == again, "a failure is beside the login")
        try await store.write { transaction in
            try transaction.deleteSomeLoginRecords(expiredAt: later + .seconds(999))
        }
        try require(try await record(key, in: store).block == again, "and does not make it end sooner")
    }

    private static func checkForgiveness(_ store: any Store) async throws {
        for _ in 0..<3 { try await fail(key, Sample.now, in: store) }
        try await store.write { transaction in try transaction.forgetFailures(of: key.account, fewerThan: 3) }
        try require(try await record(key, in: store).account?.failures == 3, "three are not fewer than three")
        try await store.write { transaction in try transaction.forgetFailures(of: key.account, fewerThan: 4) }
        try require(try await record(key, in: store) == LoginRecord(block: count(3, Sample.now)), "the block's stay")
    }

    private static func checkExpiry(_ store: any Store) async throws {
        let keys = (0..<200).map { LoginKey(account: Sample.accounts("name \($0)"), block: key.block) }
        try await store.write { transaction in
            for (number, key) in keys.enumerated() {
                try transaction.countFailure(
                    of: key.account, block: key.block, at: Sample.now, forgetting: Sample.now,
                    until: Sample.now + .seconds(Int64(number)))
            }
        }
        func left() async throws -> [Int] {
            try await store.read { transaction in
                try keys.indices.filter { try transaction.loginRecord(of: keys[$0]).block != nil }
            }
        }
        try await store.write { transaction in
            try transaction.deleteSomeLoginRecords(expiredAt: Sample.now + .seconds(9))
        }
        try require(try await left() == Array(10..<200), "those that are over are gone")
        for _ in 0..<4 {
            try await store.write { transaction in
                try transaction.deleteSomeLoginRecords(expiredAt: Sample.now + .seconds(189))
            }
        }
        try require(try await left() == Array(190..<200), "and many in a few steps")
    }

    private static func block(_ ipv4: UInt32) -> AddressBlock { AddressBlock(of: IPAddress(ipv4: ipv4).rateLimitKey) }

    private static func count(_ failures: Int, _ moment: Timestamp) -> LoginRecord.Count {
        LoginRecord.Count(failures: failures, attemptedAt: moment)
    }

    /// A wrong password, of the block and of the account.
    private static func fail(
        _ key: LoginKey, _ moment: Timestamp, in store: any Store, memory: Duration = .seconds(10)
    ) async throws {
        try await store.write { transaction in
            for block in [key.block, nil] {
                try transaction.countFailure(
                    of: key.account, block: block, at: moment, forgetting: moment - memory, until: moment + memory)
            }
        }
    }

    private static func record(_ key: LoginKey, in store: any Store) async throws -> LoginRecord {
        try await store.read { transaction in try transaction.loginRecord(of: key) }
    }
}
