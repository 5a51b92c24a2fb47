import AuthCore

extension StoreLaw {
    /// What users gave clients.
    package static let grants = [
        StoreLaw("a grant is what was given, until it is over or ended", checkLife),
        StoreLaw("of 50 that end one grant one does", checkParallelEnding),
        StoreLaw("ends reach the grants of a user, of a client, of a session without the offline ones", checkEnds),
        StoreLaw("the grants of a deleted account are gone", checkDeletedAccount),
        StoreLaw("a token that was revoked stays so until it has expired", checkRevocation),
        StoreLaw("grants that are over go, and no other", checkDeletion),
    ]

    private static let later = Sample.now + .seconds(60)

    private static func checkLife(_ store: any Store) async throws {
        try await store.addAccounts()
        let plain = Grant(
            user: 2, client: Sample.app, session: nil, scopes: [], authenticatedAt: Sample.now, createdAt: Sample.now,
            expiresAt: Sample.now + .seconds(3_600))
        for grant in [Sample.grant(isOffline: true), plain] {
            try await store.write { transaction in try transaction.insert(grant) }
            try require(try await find(grant, at: later, in: store) == grant, "it is there as it was given")
            try require(try await find(grant, at: grant.expiresAt, in: store) == nil, "at its end it is over")
        }
        try require(try await find(Sample.grant(), at: later, in: store) == nil, "another one is not there")
    }

    private static func checkParallelEnding(_ store: any Store) async throws {
        try await store.addAccounts()
        let grant = Sample.grant()
        try await store.write { transaction in try transaction.insert(grant) }
        let ends = await inParallel(50) { _ in
            try? await store.write { transaction in try transaction.endGrant(grant.id, for: .revoked, at: later) }
        }
        try require(ends.count { $0 == true } == 1 && ends.count { $0 == false } == 49, "one of 50 ends it: \(ends)")
        try require(try await find(grant, at: later, in: store) == nil, "it is ended")
    }

    private static func checkEnds(_ store: any Store) async throws {
        try await store.addAccounts()
        let grants = [
            Sample.grant(1, client: Sample.app, session: "first"),
            Sample.grant(1, client: Sample.app, session: "first", isOffline: true),
            Sample.grant(1, client: Sample.known("other"), session: "second"),
            Sample.grant(2, client: Sample.app, session: nil),
            Sample.grant(2, client: Sample.known("other"), session: nil),
        ]
        try await store.write { transaction in for grant in grants { try transaction.insert(grant) } }
        func living() async throws -> [Int] {
            var living: [Int] = []
            for (number, grant) in grants.enumerated() where try await find(grant, at: later, in: store) != nil {
                living.append(number)
            }
            return living
        }
        func ended(_ body: @escaping @Sendable (any WriteTransaction) throws -> Int, _ left: [Int]) async throws {
            let before = try await living().count
            let count = try await store.write(body)
            try require(try await living() == left && before - left.count == count, "\(left) are left of them")
            try require(try await store.write(body) == 0, "they are ended once")
        }
        try await ended({ try $0.endGrants(ofSession: "first", for: .signedOut, at: later) }, [1, 2, 3, 4])
        try await ended({ try $0.endGrants(ofClient: Sample.known("other"), for: .clientGone, at: later) }, [1, 3])
        try await ended({ try $0.endGrants(of: 1, for: .passwordChanged, at: later) }, [3])
        try await ended({ try $0.endAllGrants(for: .restored, at: later) }, [])
    }

    private static func checkDeletedAccount(_ store: any Store) async throws {
        try await store.addAccounts()
        let grant = Sample.grant()
        try await store.addRefreshing(grant)
        let deleted = try await store.write { transaction in try transaction.deleteUser(1) }
        try require(deleted, "the account is deleted")
        try require(try await find(grant, at: later, in: store) == nil, "its grant is gone")
    }

    private static func checkRevocation(_ store: any Store) async throws {
        try await store.addAccounts()
        for _ in 0..<2 {
            try await store.write { transaction in
                try transaction.revoke(tokenID: "jti", until: Sample.now + .seconds(600))
            }
        }
        func isRevoked(_ id: String) async throws -> Bool {
            try await store.read { transaction in try transaction.claims(of: 1, behind: id) } == nil
        }
        try require(try await isRevoked("jti"), "it is revoked")
        try require(try await !isRevoked("another"), "another is not")
        _ = try await store.write { transaction in try transaction.deleteSomeGrants(overBefore: later) }
        try require(try await isRevoked("jti"), "it is not forgotten while it could be used")
        _ = try await store.write { transaction in
            try transaction.deleteSomeGrants(overBefore: Sample.now + .seconds(601))
        }
        try require(try await !isRevoked("jti"), "it is forgotten afterwards")
    }

    private static func checkDeletion(_ store: any Store) async throws {
        try await store.addAccounts()
        let step = PruningPace.step
        let grants = (0..<step * 2).map { Sample.grant(expiresAt: Sample.now + .seconds($0 + 1)) }
        try await store.write { transaction in for grant in grants { try transaction.insert(grant) } }
        let count = step * 2 - 10
        let over = Sample.now + .seconds(count + 1)
        let counts = [
            try await store.write { transaction in try transaction.deleteSomeGrants(overBefore: over) },
            try await store.write { transaction in try transaction.deleteSomeGrants(overBefore: over) },
            try await store.write { transaction in try transaction.deleteSomeGrants(overBefore: over) },
        ]
        try require(counts == [step, count - step, 0], "\(count) go in two steps, not \(counts)")
        try require(try await find(grants[count], at: Sample.now, in: store) == grants[count], "the next one stays")
    }

    private static func find(_ grant: Grant, at moment: Timestamp, in store: any Store) async throws -> Grant? {
        try await store.read { transaction in try transaction.grant(grant.id, at: moment) }
    }
}
