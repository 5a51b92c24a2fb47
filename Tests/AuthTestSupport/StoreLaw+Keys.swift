import AuthCore

extension StoreLaw {
    static func checkKeyRoundTrip(_ store: any Store) async throws {
        let keys = [
            StoredKey(id: KeyID(1), sealed: [0, 1, 2, 0xFF, 0], exp: 4_102_444_800, record: nil),
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

    static func checkKeyUpdate(_ store: any Store) async throws {
        let original = StoredKey(id: KeyID(1), sealed: [1], exp: 100, record: nil)
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

    static func checkRecordRemoval(_ store: any Store) async throws {
        let bare = StoredKey(id: KeyID(1), sealed: [1], exp: 100, record: nil)
        try await store.write { transaction in
            try transaction.insert(StoredKey(full(1, .active), sealed: [1]))
            try transaction.update(bare)
        }
        try require(try await allKeys(store) == [bare], "the record is gone")
    }

    static func checkKeyOrder(_ store: any Store) async throws {
        try await store.write { transaction in
            for id in [Int64(30), 4, 200, 1] { try transaction.insert(Sample.key(id, .retired)) }
            try transaction.update(Sample.key(4, .expired))
        }
        try require(try await allKeys(store).map(\.id.number) == [1, 4, 30, 200], "ascending, as numbers")
    }

    static func checkKeyIDs(_ store: any Store) async throws {
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

    static func checkOneEach(_ state: KeyState, _ store: any Store) async throws {
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
            try await allKeys(store).first { $0.record?.state == state }?.id == KeyID(2), "one follows the other")
    }

    /// A record in which every field has a value of its own.
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
