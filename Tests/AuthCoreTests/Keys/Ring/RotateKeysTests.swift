import AuthCore
import AuthTestSupport
import Testing

@Suite("RotateKeys") struct RotateKeysTests {
    private let world: KeyWorld
    private let process: KeyProcess

    init() async throws {
        world = try await KeyWorld()
        process = world.process()
    }

    private func step(_ operation: RotateKeys.Operation = .due) async throws -> RotateKeys.Outcome {
        return try await process.rotate.step(operation)
    }

    private func generate() async throws -> (missing: KeySchedule.MissingKey, id: KeyID)? {
        return try await process.rotate.generate()
    }

    /// The row as a process sees it that opens it for the first time.
    private func open(_ id: Int64) throws -> KeyMaterial {
        let stored = try #require(world.store.keyStoreContents.keys.first { $0.id == KeyID(id) })
        return try SealedKeyFormat.open(stored.sealed, id: stored.id, under: world.keyEncryptionKey)
    }

    @Test("writes nothing while nothing is due") func quiet() async throws {
        try await world.insertUsualKeys()
        let before = world.store.keyStoreContents
        let outcome = try await step()
        #expect(world.store.keyStoreContents == before)
        #expect(outcome.contents == before)
        #expect(outcome.plan.events.isEmpty)
    }

    @Test("fills the needs of a new store, most urgent first, each key sealed under its own kid") func fillsAll()
        async throws
    {
        #expect(try await step().plan.missing == [.active, .expired, .successor])
        for (number, need) in [KeySchedule.MissingKey.active, .expired, .successor].enumerated() {
            let filled = try #require(try await generate())
            #expect(filled.missing == need)
            #expect(filled.id == KeyID(Int64(number) + 1))
        }
        #expect(try await generate() == nil)
        #expect(world.states == [.active, .expired, .published])
        let moduli = try (1...3).map { try open(Int64($0)).modulus }
        #expect(Set(moduli).count == 3)
        for stored in world.store.keyStoreContents.keys {
            #expect(stored.exp == stored.lifecycle?.withdrawnAt.seconds)
            #expect(try open(stored.id.number).hasPrivateHalf)
        }
    }

    @Test("destroys the private half of the key that retires, in the transaction that retires it") func retires()
        async throws
    {
        try await world.insertUsualKeys()
        let modulus = try open(1).modulus
        world.time.advance(by: .seconds(2_592_000))
        let outcome = try await step()
        #expect(world.states == [.retired, .expired, .active])
        #expect(outcome.plan.active?.id == KeyID(3))
        #expect(outcome.contents == world.store.keyStoreContents)
        let left = try open(1)
        #expect(!left.hasPrivateHalf)
        #expect(try left.modulus == modulus)
        #expect(try open(3).hasPrivateHalf)
        #expect(world.store.keyStoreContents.keys.first?.exp == outcome.plan.keys.first?.withdrawnAt.seconds)
    }

    @Test("destroys it when a key is revoked too, signing or waiting", arguments: [Int64(1), 3])
    func revokes(_ id: Int64) async throws {
        try await world.insertUsualKeys()
        let outcome = try await step(.revocation(KeyID(id)))
        #expect(outcome.plan.events.first == .revoked(KeyID(id)))
        #expect(world.lifecycle(of: KeyID(id))?.state == .revoked)
        #expect(!(try open(id).hasPrivateHalf))
        #expect(try open(id == 1 ? 3 : 1).hasPrivateHalf)
    }

    @Test("deletes the row that nothing needs any more") func deletes() async throws {
        try await world.insertUsualKeys()
        world.time.advance(by: .seconds(2_592_000))
        _ = try await step()
        let withdrawnAt = try #require(world.lifecycle(of: KeyID(1))?.withdrawnAt)
        world.time.advance(by: withdrawnAt - world.time.now)
        #expect(try await step().plan.events == [.deleted(KeyID(1))])
        #expect(world.lifecycles.map(\.id) == [KeyID(2), KeyID(3)])
    }

    @Test("a rotation that is asked for waits until the successor is known, then comes") func rotation() async throws {
        try await world.insertUsualKeys()
        world.time.advance(by: .seconds(86_399))
        let outcome = try await step(.rotation())
        #expect(outcome.plan.events.isEmpty)
        #expect(outcome.plan.wakesAt == Sample.now + .seconds(86_400))
        #expect(world.lifecycle(of: KeyID(3))?.activatesAt == Sample.now + .seconds(86_400))
        world.time.advance(by: .seconds(1))
        #expect(try await step().plan.active?.id == KeyID(3))
    }

    @Test("leaves rows without a record alone") func foreignRows() async throws {
        try await world.insertUsualKeys()
        let foreign = StoredKey(id: KeyID(9), sealed: [1, 2, 3], exp: 5, lifecycle: nil)
        try await world.store.write { transaction in try transaction.insert(foreign) }
        world.time.advance(by: .seconds(2_592_000))
        _ = try await step()
        #expect(world.store.keyStoreContents.keys.last == foreign)
    }

    @Test("a state whose key is gone goes, and a new key takes its place", arguments: [Int64(1), 2, 3])
    func keyGone(_ kid: Int64) async throws {
        try await world.insertUsualKeys()
        try world.store.delete(from: "keys", kid: kid)
        let plan = try await step().plan
        #expect(plan.events.first == .keyWasMissing(KeyID(kid)))
        #expect(world.store.keyStoreContents.statesWithoutKey.isEmpty)
        let missing = try #require(plan.missing.first)
        let made = try #require(try await generate())
        #expect(made.missing == missing && made.id == KeyID(4))
        #expect(try await step().plan.events.isEmpty)
    }

    @Test("a revoked key's state goes as well, where nothing is missing") func revokedKeyGone() async throws {
        try await world.insertUsualKeys()
        _ = try await step(.revocation(KeyID(3)))
        _ = try await generate()
        try world.store.delete(from: "keys", kid: 3)
        let plan = try await step().plan
        #expect(plan.events == [.keyWasMissing(KeyID(3))] && plan.missing.isEmpty)
        #expect(world.store.keyStoreContents.statesWithoutKey.isEmpty)
    }

    @Test("a key whose state is gone signs no more, and verifies until its time is over") func stateGone() async throws
    {
        try await world.insertUsualKeys()
        let exp = try #require(world.store.keyStoreContents.keys.first).exp
        try world.store.delete(from: "key_states", kid: 1)
        let plan = try await step().plan
        #expect(plan.events == [.stateWasMissing(KeyID(1)), .activated(KeyID(3), early: true)])
        #expect(world.states == [.retired, .expired, .active])
        #expect(world.lifecycle(of: KeyID(1))?.withdrawnAt == Timestamp(seconds: exp))
        #expect(try !open(1).hasPrivateHalf)
    }

    @Test("a revoked key that loses its state does not come back") func revokedStateGone() async throws {
        try await world.insertUsualKeys()
        _ = try await step(.revocation(KeyID(1)))
        try world.store.delete(from: "key_states", kid: 1)
        #expect(try await step().plan.events == [.stateWasMissing(KeyID(1)), .deleted(KeyID(1))])
        #expect(world.states == [.expired, .active])
    }

    @Test("seals nothing once the master key was changed") func succeeded() async throws {
        try await world.insertUsualKeys()
        let successor = try makeKeyEncryptionKey(Secret("new"), at: world.time.now + .seconds(1)).record
        try await world.store.write { transaction in
            try transaction.insert(successor)
            try transaction.deleteKey(KeyID(2))
        }
        let before = world.store.keyStoreContents
        let refusal = OperatorError.masterKeyChanged
        await #expect(throws: refusal) { try await generate() }
        await #expect(throws: refusal) { try await step(.revocation(KeyID(1))) }
        #expect(world.store.keyStoreContents == before)
    }
}
