import AuthCore

extension StoreLaw {
    /// The records of key-encryption keys.
    package static let keyEncryptionKeys = [
        StoreLaw("a key-encryption key comes back with every field", checkKeyEncryptionKeyRoundTrip),
        StoreLaw("key-encryption keys come by creation", checkKeyEncryptionKeyOrder),
        StoreLaw("a key-encryption key is deleted alone", checkKeyEncryptionKeyDeletion),
    ]

    private static func checkKeyEncryptionKeyRoundTrip(_ store: any Store) async throws {
        try require(try await keyEncryptionKeys(store).isEmpty, "a new store has none")
        let keys = [
            KeyEncryptionKeyRecord(
                id: KeyEncryptionKeyID(0xFFFF_FFFF_FFFF_FFFE), salt: Array(0..<16), memoryKiB: 19_456, passes: 2,
                checkValue: Array(repeating: 0, count: 32), createdAt: Timestamp(milliseconds: 1_800_000_000_001),
                handover: nil),
            KeyEncryptionKeyRecord(
                id: KeyEncryptionKeyID(0x2A), salt: Array(repeating: 0xFF, count: 16), memoryKiB: 65_536, passes: 7,
                checkValue: Array(repeating: 1, count: 32),
                createdAt: Timestamp(milliseconds: 1_800_000_000_002), handover: [0, 0xFF, 0]),
        ]
        try await store.write { transaction in for key in keys { try transaction.insert(key) } }
        try require(try await keyEncryptionKeys(store) == keys, "every field comes back, with and without handover")
    }

    private static func checkKeyEncryptionKeyOrder(_ store: any Store) async throws {
        let ages: [(id: UInt64, seconds: Int64)] = [(5, 300), (9, 100), (1, 200), (7, 200), (3, 200)]
        for age in ages {
            try await store.write { transaction in
                try transaction.insert(
                    Sample.keyEncryptionKey(age.id, createdAt: Sample.now + .seconds(age.seconds)))
            }
        }
        let order = try await keyEncryptionKeys(store).map(\.id.number)
        try require(
            order == [9, 1, 7, 3, 5], "oldest first, of one age the first that was stored first, not \(order)")
    }

    private static func checkKeyEncryptionKeyDeletion(_ store: any Store) async throws {
        try await store.write { transaction in
            for id in UInt64(1)...3 { try transaction.insert(Sample.keyEncryptionKey(id)) }
            try transaction.deleteKeyEncryptionKey(KeyEncryptionKeyID(2))
            try transaction.deleteKeyEncryptionKey(KeyEncryptionKeyID(99))
        }
        let left = try await keyEncryptionKeys(store).map(\.id.number)
        try require(left == [1, 3], "the others stay, not \(left)")
    }

    private static func keyEncryptionKeys(_ store: any Store) async throws -> [KeyEncryptionKeyRecord] {
        try await store.read { transaction in try transaction.keyEncryptionKeys() }
    }
}
