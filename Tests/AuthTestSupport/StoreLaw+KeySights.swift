import AuthCore

extension StoreLaw {
    /// How keys were seen.
    package static let keySights = [
        StoreLaw("of how a boot saw a key the last is kept, and other boots' stay", checkLast),
        StoreLaw("sights of other boots go when they are old, and with their key", checkRemoval),
    ]

    private static func checkLast(_ store: any Store) async throws {
        try await insertKeys(store)
        let first = sight(1, "a", 0)
        let other = sight(1, "b", 1)
        let again = KeySight(
            id: KeyID(1), state: .retired, correction: .milliseconds(-3_600_001), notedAt: Sample.now + .seconds(9),
            boot: BootReading(boot: "a", uptime: .milliseconds(12_345)))
        try await store.write { transaction in for sight in [first, other] { try transaction.record(sight) } }
        try require(try await sights(store) == [first, other], "both are there")
        try await store.write { transaction in try transaction.record(again) }
        try require(try await sights(store) == [again, other], "the later one replaced its own alone")
    }

    private static func checkRemoval(_ store: any Store) async throws {
        try await insertKeys(store)
        let all = [sight(1, "a", 0), sight(1, "b", 0), sight(1, "c", 5), sight(2, "a", 0)]
        try await store.write { transaction in
            for sight in all { try transaction.record(sight) }
            try transaction.deleteKeySights(notedBefore: Sample.now + .seconds(5), exceptOf: "a")
        }
        try require(try await sights(store) == [all[0], all[2], all[3]], "only the old ones of other boots went")
        try await store.write { transaction in try transaction.deleteKey(KeyID(1)) }
        try require(try await sights(store) == [all[3]], "those of a deleted key went")
    }

    private static func insertKeys(_ store: any Store) async throws {
        try await store.write { transaction in
            for key in [Sample.key(1, .active), Sample.key(2, .published)] { try transaction.insert(key) }
        }
    }

    private static func sight(_ number: Int64, _ boot: String, _ seconds: Int64) -> KeySight {
        KeySight(
            id: KeyID(number), state: .active, correction: .zero, notedAt: Sample.now + .seconds(seconds),
            boot: BootReading(boot: boot, uptime: .seconds(100 + seconds)))
    }

    private static func sights(_ store: any Store) async throws -> [KeySight] {
        try await store.read { transaction in try transaction.keySights() }
    }
}
