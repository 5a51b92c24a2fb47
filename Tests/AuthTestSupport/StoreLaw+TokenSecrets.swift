import AuthCore

extension StoreLaw {
    /// What refresh tokens are authenticated with.
    package static let tokenSecrets = [
        StoreLaw("of 50 token secrets of one number one is kept, and 49 are told so", checkOneSecret),
        StoreLaw("a token secret comes back with every field, and is replaced alone", checkSecretRoundTrip),
        StoreLaw("the newest refresh token of a living grant is found, and none before it", checkGrantOfToken),
    ]

    private static func secret(_ id: UInt32, _ sealed: [UInt8], _ seconds: Int64 = 0) -> SealedTokenSecret {
        SealedTokenSecret(id: id, sealed: sealed, createdAt: Sample.now + .seconds(seconds))
    }

    private static func secrets(_ store: any Store) async throws -> [SealedTokenSecret] {
        try await store.read { transaction in try transaction.tokenSecrets() }
    }

    private static func checkOneSecret(_ store: any Store) async throws {
        let kept = await inParallel(50) { number in
            try? await store.write { transaction in
                try transaction.insert(secret(1, [UInt8(truncatingIfNeeded: number)]))
            }
        }
        try require(kept.count { $0 == true } == 1 && kept.count { $0 == false } == 49, "one is kept: \(kept)")
        let winner = (0..<50).map { secret(1, [UInt8(truncatingIfNeeded: $0)]) }
        let found = try await secrets(store)
        try require(found.count == 1 && winner.contains(found[0]), "which is there: \(found)")
    }

    private static func checkSecretRoundTrip(_ store: any Store) async throws {
        try require(try await secrets(store).isEmpty, "a new store has none")
        let (newer, older) = (secret(.max, [0, 0xFF], 1), secret(1, Array(0..<74)))
        for secret in [newer, older] {
            let isNew = try await store.write { transaction in try transaction.insert(secret) }
            try require(isNew, "it is kept")
        }
        try require(try await secrets(store) == [older, newer], "by number, with every field")
        let replaced = SealedTokenSecret(id: 1, sealed: [7], createdAt: older.createdAt)
        try await store.write { transaction in
            try transaction.update(replaced)
            try transaction.update(secret(9, [9]))
        }
        try require(try await secrets(store) == [replaced, newer], "one is replaced, and none is added")
    }

    private static func checkGrantOfToken(_ store: any Store) async throws {
        try await store.addAccounts()
        let grant = Sample.grant()
        try await store.addRefreshing(grant)
        let present = RefreshPresentation(
            grant: grant.id, generation: 0, client: grant.client, rotates: true,
            policy: RefreshPresentation.Policy(grace: .seconds(30), idle: .seconds(1_800)))
        _ = try await store.write { transaction in try transaction.present(present, at: Sample.now + .seconds(1)) }
        func found(_ generation: Int64, after seconds: Int64) async throws -> Grant? {
            try await store.read { transaction in
                try transaction.grant(
                    of: RefreshToken(grant: grant.id, generation: generation), at: Sample.now + .seconds(seconds))
            }
        }
        try require(try await found(1, after: 2) == grant, "the newest is good")
        for (generation, seconds) in [(0, 2), (2, 2), (1, 1_801)] as [(Int64, Int64)] {
            let grant = try await found(generation, after: seconds)
            try require(grant == nil, "generation \(generation) after \(seconds) s is not")
        }
        _ = try await store.write { transaction in
            try transaction.endGrant(grant.id, for: .revoked, at: Sample.now + .seconds(2))
        }
        try require(try await found(1, after: 2) == nil, "nor is one of a grant that was ended")
    }
}
