import AuthCore

extension StoreLaw {
    /// Signing keys as rows.
    package static let keys = [
        StoreLaw("a key comes back with every field", checkKeyRoundTrip),
        StoreLaw("an update of a key replaces everything but the kid", checkKeyUpdate),
        StoreLaw("an update of a key to one without a lifecycle takes the lifecycle away", checkLifecycleRemoval),
        StoreLaw("keys come by ascending kid", checkKeyOrder),
        StoreLaw("a kid is never given again, deleted ones included", checkKeyIDs),
        StoreLaw("there is one published key of an algorithm at most") { store in
            try await checkOneEach(.published, store)
        },
        StoreLaw("there is one active key of an algorithm at most") { store in try await checkOneEach(.active, store) },
        StoreLaw("each algorithm has a published and an active key of its own", checkOneEachPerAlgorithm),
        StoreLaw("a key comes back with its algorithm, in every state", checkAlgorithms),
        StoreLaw("of 50 that insert a published key at once one succeeds", checkRacingInsertions),
    ]

    private static func checkKeyRoundTrip(_ store: any Store) async throws {
        let keys = [
            StoredKey(id: KeyID(1), sealed: [0, 1, 2, 0xFF, 0], exp: 4_102_444_800, lifecycle: nil),
            StoredKey(full(2, .retired), sealed: []),
            StoredKey(
                KeyLifecycle(
                    id: KeyID(3), state: .active, publishedAt: Timestamp(milliseconds: -1),
                    activatesAt: Timestamp(milliseconds: 0), withdrawnAt: Timestamp(seconds: 0)), sealed: [3]),
            StoredKey(full(4, .published), sealed: Array(repeating: 0x27, count: 5_000)),
            StoredKey(full(5, .revoked), sealed: [5]), StoredKey(full(6, .expired), sealed: [6]),
        ]
        try await store.write { transaction in for key in keys { try transaction.insert(key) } }
        try require(try await allKeys(store) == keys, "every field comes back, nil ones included")
    }

    private static func checkKeyUpdate(_ store: any Store) async throws {
        let original = StoredKey(id: KeyID(1), sealed: [1], exp: 100, lifecycle: nil)
        let other = StoredKey(full(2, .retired), sealed: [2])
        let changes = [
            StoredKey(full(1, .published), sealed: [1, 1]),
            StoredKey(
                KeyLifecycle(
                    id: KeyID(1), state: .active, publishedAt: Sample.now, activatesAt: Sample.now,
                    withdrawnAt: Timestamp(seconds: 7)), sealed: [9, 9, 9]),
            StoredKey(full(1, .retired), sealed: []),
        ]
        try await store.write { transaction in
            try transaction.insert(original)
            try transaction.insert(other)
        }
        for change in changes {
            try await store.write { transaction in try transaction.update(change) }
            try require(try await allKeys(store) == [change, other], "the update is what is there, to its key alone")
        }
    }

    private static func checkLifecycleRemoval(_ store: any Store) async throws {
        let bare = StoredKey(id: KeyID(1), sealed: [1], exp: 100, lifecycle: nil)
        try await store.write { transaction in
            try transaction.insert(StoredKey(full(1, .active), sealed: [1]))
            try transaction.update(bare)
        }
        try require(try await allKeys(store) == [bare], "the lifecycle is gone")
    }

    private static func checkKeyOrder(_ store: any Store) async throws {
        try await store.write { transaction in
            for id in [Int64(30), 4, 200, 1] { try transaction.insert(Sample.key(id, .retired)) }
            try transaction.update(Sample.key(4, .expired))
        }
        try require(try await allKeys(store).map(\.id.number) == [1, 4, 30, 200], "ascending, as numbers")
    }

    private static func checkKeyIDs(_ store: any Store) async throws {
        var given: Set<KeyID> = []
        for _ in 0..<5 {
            let id = try await store.write { transaction in
                let id = try transaction.nextKeyID()
                try transaction.insert(Sample.key(id.number, .retired))
                return id
            }
            try require(given.insert(id).inserted, "\(id) is new")
            try require(id.number > 0, "\(id) is positive")
            try await store.write { transaction in try transaction.deleteKey(id) }
        }
        try require(try await allKeys(store).isEmpty, "the keys are deleted")
        try await store.write { transaction in
            try transaction.insert(Sample.key(1_000, .retired))
            try transaction.deleteKey(KeyID(1_000))
        }
        let next = try await store.write { transaction in try transaction.nextKeyID() }
        try require(next > KeyID(1_000), "a kid that was chosen by hand is not given again either")
    }

    private static func checkOneEach(_ state: KeyState, _ store: any Store) async throws {
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, state))
            for id in Int64(2)...3 { try transaction.insert(Sample.key(id, .retired)) }
            for id in Int64(4)...5 { try transaction.insert(Sample.key(id, .revoked)) }
            for id in Int64(6)...7 { try transaction.insert(Sample.key(id, .expired)) }
        }
        let before = try await allKeys(store)
        let inserted = await failure {
            try await store.write { transaction in try transaction.insert(Sample.key(8, state)) }
        }
        try require(inserted != nil, "a second \(state) key is refused")
        let updated = await failure {
            try await store.write { transaction in try transaction.update(Sample.key(2, state)) }
        }
        try require(updated != nil, "no other key becomes \(state)")
        try require(try await allKeys(store) == before, "the keys are as they were")
        try await store.write { transaction in
            try transaction.update(Sample.key(1, .retired))
            try transaction.update(Sample.key(2, state))
        }
        try require(
            try await allKeys(store).first { $0.lifecycle?.state == state }?.id == KeyID(2), "one follows the other")
    }

    private static func checkOneEachPerAlgorithm(_ store: any Store) async throws {
        let both: [KeyState] = [.published, .active]
        let keys = KeyAlgorithm.allCases.flatMap { algorithm in both.map { (algorithm: algorithm, state: $0) } }
        for (number, key) in keys.enumerated() {
            try await store.write { transaction in
                try transaction.insert(Sample.key(Int64(number), key.state, algorithm: key.algorithm))
            }
        }
        let before = try await allKeys(store)
        for key in keys {
            let second = await failure {
                try await store.write { transaction in
                    try transaction.insert(Sample.key(99, key.state, algorithm: key.algorithm))
                }
            }
            try require(second != nil, "a second \(key.state) key of \(key.algorithm) is refused")
        }
        try require(try await allKeys(store) == before, "the keys are as they were")
    }

    private static func checkAlgorithms(_ store: any Store) async throws {
        let states: [KeyState] = [.retired, .revoked, .expired]
        var keys: [StoredKey] = []
        for algorithm in KeyAlgorithm.allCases {
            for state in states { keys.append(Sample.key(Int64(keys.count + 1), state, algorithm: algorithm)) }
        }
        let stored = keys
        try await store.write { transaction in for key in stored { try transaction.insert(key) } }
        try require(try await allKeys(store) == stored, "each has its own")
        for key in stored {
            var changed = key
            changed.lifecycle?.retiredAt = Sample.now
            let update = changed
            try await store.write { transaction in try transaction.update(update) }
        }
        let after = try await allKeys(store).map(\.lifecycle?.algorithm)
        try require(after == stored.map(\.lifecycle?.algorithm), "and keeps it")
    }

    private static func checkRacingInsertions(_ store: any Store) async throws {
        let inserted = await inParallel(50) { number in
            try? await store.write { transaction in
                let id = try transaction.nextKeyID()
                try transaction.insert(Sample.key(id.number, .published))
                return id
            }
        }
        let made = inserted.compactMap { $0 }
        try require(made.count == 1, "one succeeds, not \(made.count)")
        try require(try await allKeys(store).map(\.id) == made, "its key is what is there")
    }

    /// A lifecycle in which every field has a value of its own.
    private static func full(_ id: Int64, _ state: KeyState) -> KeyLifecycle {
        KeyLifecycle(
            id: KeyID(id), state: state, publishedAt: Timestamp(milliseconds: 1_800_000_000_001 + id),
            activatesAt: Timestamp(milliseconds: 1_800_000_100_002 + id),
            retiredAt: Timestamp(milliseconds: 1_800_000_200_003 + id),
            latestTokenExpiry: Timestamp(milliseconds: 1_800_000_300_999 + id),
            withdrawnAt: Timestamp(seconds: 1_800_000_301 + id))
    }

    static func allKeys(_ store: any Store) async throws -> [StoredKey] {
        try await store.read { transaction in try transaction.keys() }
    }
}
