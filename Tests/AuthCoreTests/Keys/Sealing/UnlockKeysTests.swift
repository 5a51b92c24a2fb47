import AuthCore
import AuthTestSupport
import Testing

@Suite("UnlockKeys") struct UnlockKeysTests {
    private let store = TestStore()
    private let time = ManualTimeSource()

    private func unlock(_ secret: String = "secret", executor: any CPUExecutor = ImmediateExecutor()) -> UnlockKeys {
        UnlockKeys(secret: Secret(secret), derivation: FakeKeyDerivation(), executor: executor, time: time)
    }

    /// Keys as the original wrote them: kid 1 long over, 2 and 4 with time left, 4 the most, 3 over this second.
    private func insertOriginalKeys() async throws {
        let now = time.now.seconds
        for (id, exp) in [(Int64(1), now - 5_000), (2, now + 100), (3, now), (4, now + 9_000)] {
            let row = try OriginalRow.seal(TestKey.rsaPrivateKey(Int(id) % 3), secret: "secret")
            try await store.write { transaction in
                try transaction.insert(StoredKey(id: KeyID(id), sealed: row, exp: exp, lifecycle: nil))
            }
        }
    }

    @Test("a new store has nothing to prove, and gets a key-encryption key") func newStore() async throws {
        #expect(try await unlock().verifyMasterKey(on: .empty).sealer == nil)
        let sealer = try await unlock().importOriginal(into: store)
        let records = store.keyStoreContents.keyEncryptionKeys
        #expect(records.map(\.id) == [sealer.key.id])
        #expect(records.first?.createdAt == time.now)
        #expect(records.first?.handover == nil)
        #expect(store.keyStoreContents.keys.isEmpty)
    }

    @Test("the secret is proven again at the next start, and another one refused") func nextStart() async throws {
        let sealer = try await unlock().importOriginal(into: store)
        let sealed = try sealer.seal(TestKey.material(), id: KeyID(1))
        try await store.write { transaction in
            try transaction.insert(StoredKey(id: KeyID(1), sealed: sealed, exp: 0, lifecycle: nil))
        }
        let again = try #require(try await unlock().verifyMasterKey(on: store.keyStoreContents).sealer)
        #expect(again.key.id == sealer.key.id)
        for secret in ["Secret", "", "secret "] {
            await #expect(throws: OperatorError.wrongMasterKey) {
                try await unlock(secret).verifyMasterKey(on: store.keyStoreContents)
            }
        }
    }

    @Test("names the row that does not open, with the right secret") func damagedRow() async throws {
        let sealer = try await unlock().importOriginal(into: store)
        let sealed = try sealer.seal(TestKey.material(), id: KeyID(1))
        try await store.write { transaction in
            try transaction.insert(StoredKey(id: KeyID(1), sealed: sealed, exp: 0, lifecycle: nil))
            try transaction.insert(StoredKey(id: KeyID(2), sealed: sealed, exp: 0, lifecycle: nil))
        }
        await #expect(throws: OperatorError.keyUnreadable(KeyID(2), .forged)) {
            try await unlock().verifyMasterKey(on: store.keyStoreContents)
        }
    }

    @Test("sealed rows without a key-encryption key's record are not taken for new ones") func lostRecord() async throws
    {
        let sealed = try KeySealer(makeKeyEncryptionKey().key).seal(TestKey.material(), id: KeyID(1))
        let contents = KeyStoreContents(
            keys: [StoredKey(id: KeyID(1), sealed: sealed, exp: 0, lifecycle: nil)], keyEncryptionKeys: [])
        let line =
            "the record of the key-encryption key is missing, and key 1 is sealed under it: restore the database from a backup"
        await #expect(throws: OperatorError.damaged(line)) { try await unlock().verifyMasterKey(on: contents) }
    }

    @Test("adopts the original's keys: sealed anew, kid and exp kept, states by their times") func adopts() async throws
    {
        try await insertOriginalKeys()
        let before = store.keyStoreContents.keys
        #expect(try await unlock().verifyMasterKey(on: store.keyStoreContents).sealer == nil)
        #expect(store.keyStoreContents.keys == before)
        let sealer = try await unlock().importOriginal(into: store)
        let after = store.keyStoreContents.keys
        #expect(after.map(\.id) == before.map(\.id))
        #expect(after.map(\.exp) == before.map(\.exp))
        #expect(after.map { $0.lifecycle?.state } == [.expired, .retired, .expired, .active])
        for key in after {
            #expect(SealedKeyFormat.isSealed(key.sealed))
            let material = try sealer.open(key)
            #expect(try material.modulus == TestKey.material(Int(key.id.number) % 3).modulus)
            // One that will sign no more has lost its private half.
            #expect(material.hasPrivateHalf == (key.id != KeyID(2)))
            #expect(key.lifecycle?.withdrawnAt == Timestamp(seconds: key.exp))
        }
        // The next start finds our format.
        #expect(try await unlock().verifyMasterKey(on: store.keyStoreContents).sealer != nil)
    }

    @Test("the adopted keys go on by schedule: the active one signs, one for expired tokens stays") func goesOn()
        async throws
    {
        try await insertOriginalKeys()
        _ = try await unlock().importOriginal(into: store)
        let schedule = KeySchedule(policy: KeyWorld.usualPolicy)
        let plan = schedule.plan(store.keyStoreContents.keys.compactMap(\.lifecycle), at: time.now)
        #expect(plan.active?.id == KeyID(4))
        #expect(plan.missing == [.successor])
        #expect(plan.keys.map(\.id) == [KeyID(2), KeyID(3), KeyID(4)])
        #expect(plan.keys.filter { $0.isInJWKSet(at: time.now) }.map(\.id) == [KeyID(2), KeyID(4)])
    }

    @Test("a wrong secret changes nothing in a file of the original") func wrongSecret() async throws {
        try await insertOriginalKeys()
        let before = store.keyStoreContents
        await #expect(throws: OperatorError.wrongMasterKey) {
            try await unlock("wrong").verifyMasterKey(on: store.keyStoreContents)
        }
        await #expect(throws: OperatorError.wrongMasterKey) { try await unlock("wrong").importOriginal(into: store) }
        #expect(store.keyStoreContents == before)
    }

    @Test("nor in one where only some rows do not open") func partlyWrong() async throws {
        try await insertOriginalKeys()
        let other = try OriginalRow.seal(TestKey.rsaPrivateKey(), secret: "another")
        try await store.write { transaction in
            try transaction.insert(StoredKey(id: KeyID(5), sealed: other, exp: 0, lifecycle: nil))
        }
        let before = store.keyStoreContents
        await #expect(throws: OperatorError.wrongMasterKey) { try await unlock().importOriginal(into: store) }
        #expect(store.keyStoreContents == before)
    }

    @Test("two that adopt at once share one key-encryption key") func racing() async throws {
        try await insertOriginalKeys()
        let work = RendezvousExecutor(parties: 2)
        let vaults = try await withThrowingTaskGroup(of: KeySealer.self) { group in
            for _ in 0..<2 { group.addTask { try await unlock(executor: work).importOriginal(into: store) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(store.keyStoreContents.keyEncryptionKeys.count == 1)
        for sealer in vaults {
            #expect(sealer.key.id == store.keyStoreContents.keyEncryptionKeys.first?.id)
            for key in store.keyStoreContents.keys { _ = try sealer.open(key) }
        }
    }

    @Test("who comes second with another secret is refused") func racingWithAnotherSecret() async throws {
        _ = try await unlock().importOriginal(into: store)
        let before = store.keyStoreContents
        await #expect(throws: OperatorError.wrongMasterKey) { try await unlock("wrong").importOriginal(into: store) }
        #expect(store.keyStoreContents == before)
    }
}
