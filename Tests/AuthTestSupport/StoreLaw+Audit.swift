import AuthCore

extension StoreLaw {
    /// The log of logins.
    package static let audit = [
        StoreLaw("a login is recorded and leaves the account as it was", checkLogin),
        StoreLaw("an audit row names an account that exists, or none", checkAuditReference),
        StoreLaw("successful logins are counted within a stretch of time, to the second", checkLoginCount),
    ]

    /// The port cannot read what it records here: each adapter's own tests look at the rows.
    private static func checkLogin(_ store: any Store) async throws {
        try await register("alice", in: store)
        guard let alice = try await find(["alice"], in: store) else { throw LawBroken(description: "alice is there") }
        try await store.write { transaction in
            try transaction.append(AuthLogEntry(clientAddress: "192.0.2.7", moment: Sample.now, userID: alice.id))
            try transaction.append(AuthLogEntry(clientAddress: "2001:db8::7", moment: Sample.now, userID: nil))
            _ = try transaction.recordLogin(of: alice.id, at: Sample.now)
        }
        try require(try await find(["alice"], in: store) == alice, "the account is as it was")
    }

    private static func checkAuditReference(_ store: any Store) async throws {
        try await register("alice", in: store)
        let unknown = AuthLogEntry(clientAddress: "192.0.2.7", moment: Sample.now, userID: 4_711)
        let refused = await failure {
            try await store.write { transaction in
                try transaction.insert(try Sample.user("bob"))
                try transaction.append(unknown)
            }
        }
        try require(refused != nil, "a row for an account that does not exist is refused")
        try require(try await find(["bob"], in: store) == nil, "and takes its unit of work with it")
    }

    private static func checkLoginCount(_ store: any Store) async throws {
        try await register("alice", in: store)
        guard let alice = try await find(["alice"], in: store) else { throw LawBroken(description: "alice is there") }
        // Seconds after `now`, and whether the attempt succeeded.
        let attempts: [(Int64, Bool)] = [(0, true), (10, true), (10, false), (20, true), (30, false), (30, true)]
        for (seconds, succeeded) in attempts {
            let entry = AuthLogEntry(
                clientAddress: "192.0.2.7", moment: Sample.now + .seconds(seconds),
                userID: succeeded ? alice.id : nil)
            try await store.write { transaction in try transaction.append(entry) }
        }
        let stretches: [(from: Int64, to: Int64, count: Int)] = [
            (0, 30, 4), (10, 20, 2), (1, 9, 0), (11, 100, 2), (-100, 0, 1), (31, 100, 0), (10, 10, 1),
        ]
        for stretch in stretches {
            let count = try await store.read { transaction in
                try transaction.successfulLogins(
                    from: Sample.now + .seconds(stretch.from), to: Sample.now + .seconds(stretch.to))
            }
            try require(count == stretch.count, "\(stretch.count) from \(stretch.from) to \(stretch.to), not \(count)")
        }
    }
}
