import AuthCore
import AuthTestSupport
import Testing

@Suite("RotateMasterKey") struct RotateMasterKeyTests {
    private let world: KeyWorld
    private let process: KeyProcess

    init() async throws {
        world = try await KeyWorld()
        try await world.insertUsualKeys()
        process = world.process()
    }

    private var command: RotateMasterKey {
        RotateMasterKey(
            store: world.store, derivation: FakeKeyDerivation(), executor: ImmediateExecutor(), time: world.time)
    }

    private func prove(_ secret: String) async throws -> KeySealer? {
        try await UnlockKeys(
            secret: Secret(secret), derivation: FakeKeyDerivation(), executor: ImmediateExecutor(), time: world.time
        ).verifyMasterKey(on: world.store.keyStoreContents).sealer
    }

    @Test("seals every key under the new secret, and the old one opens none") func reseals() async throws {
        let before = world.store.keyStoreContents.keys
        world.time.advance(by: .seconds(5))
        let (record, count) = try await command(from: process.sealer, to: Secret("new"))
        #expect(count == 3)
        let after = world.store.keyStoreContents
        #expect(after.keyEncryptionKeys == [record])
        #expect(after.keys.map(\.lifecycle) == before.map(\.lifecycle))
        #expect(after.keys.map(\.exp) == before.map(\.exp))
        let sealer = try #require(try await prove("new"))
        for (old, new) in zip(before, after.keys) {
            #expect(try sealer.open(new).modulus == process.sealer.open(old).modulus)
            #expect(throws: SealedKeyError.otherKeyEncryptionKey) {
                try SealedKeyFormat.open(new.sealed, id: new.id, under: world.keyEncryptionKey)
            }
        }
        await #expect(throws: OperatorError.wrongMasterKey) { try await prove("correct horse battery staple") }
    }

    @Test("hands over to running processes, until the handover is ended") func handover() async throws {
        world.time.advance(by: .seconds(5))
        let (record, _) = try await command(from: process.sealer, to: Secret("new"))
        let running = world.process()
        #expect(running.sealer.follow(world.store.keyStoreContents.keyEncryptionKeys))
        #expect(running.sealer.key.id == record.id)
        try await command.endHandover(of: record)
        let ended = try #require(world.store.keyStoreContents.keyEncryptionKeys.first)
        #expect(ended.handover == nil)
        #expect(ended.id == record.id)
        #expect(ended.checkValue == record.checkValue)
        #expect(!world.process().sealer.follow(world.store.keyStoreContents.keyEncryptionKeys))
        #expect(try await prove("new") != nil)
    }

    @Test("changes nothing when a row does not open") func damagedRow() async throws {
        try await world.store.write { transaction in
            try transaction.update(StoredKey(id: KeyID(2), sealed: [1, 2, 3], exp: 0, lifecycle: nil))
        }
        let before = world.store.keyStoreContents
        await #expect(throws: OperatorError.keyUnreadable(KeyID(2), .unknownFormat)) {
            try await command(from: process.sealer, to: Secret("new"))
        }
        #expect(world.store.keyStoreContents == before)
    }

    @Test("of two changes at once one succeeds, and its secret opens everything") func racing() async throws {
        let outcomes = await withTaskGroup(of: String?.self) { group in
            for secret in ["one", "two"] {
                group.addTask {
                    (try? await command(from: KeySealer(world.keyEncryptionKey), to: Secret(secret))) == nil
                        ? nil : secret
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let winners = outcomes.compactMap { $0 }
        #expect(winners.count == 1)
        #expect(try await prove(try #require(winners.first)) != nil)
    }

    @Test("ending a handover that another change has overtaken does nothing") func overtaken() async throws {
        let (first, _) = try await command(from: process.sealer, to: Secret("one"))
        #expect(process.sealer.follow([first]))
        world.time.advance(by: .seconds(1))
        let (second, _) = try await command(from: process.sealer, to: Secret("two"))
        try await command.endHandover(of: first)
        #expect(world.store.keyStoreContents.keyEncryptionKeys == [second])
    }
}
