import AuthCore
import AuthTestSupport
import Testing

@Suite("The audit log of keys") struct KeyAuditTests {
    private func rotate(_ world: KeyWorld, by origin: AuditOrigin) -> RotateKeys {
        RotateKeys(
            schedule: world.schedule, clock: KeyClock(time: world.time), store: world.store,
            sealer: KeySealer(world.keyEncryptionKey), executor: ImmediateExecutor(), by: origin,
            makeKey: { try .generate($0, bits: 2_048) })
    }

    /// The rows since the last time.
    private func rows(_ world: KeyWorld, after count: Int = 0) -> [String] {
        world.store.auditLog.dropFirst(count).map { row in
            [row.actor, row.action, row.kid.map { "\($0)" }, row.reason].compactMap { $0 }.joined(separator: " ")
        }
    }

    @Test("has what the server does by itself") func server() async throws {
        let world = try await KeyWorld()
        let rotate = rotate(world, by: .server)
        _ = try await rotate.stepMakingKeys(.due)
        #expect(rows(world) == ["server key.generate 1", "server key.generate 2", "server key.generate 3"])
        world.time.advance(by: KeyWorld.usualPolicy.activePeriod)
        _ = try await rotate.stepMakingKeys(.due)
        #expect(
            Set(rows(world, after: 3)) == ["server key.activate 3", "server key.retire 1", "server key.generate 4"])
        world.time.advance(by: .seconds(7_200))
        _ = try await rotate.stepMakingKeys(.due)
        #expect(rows(world, after: 6) == ["server key.delete 1"])
        let count = world.store.auditLog.count
        _ = try await rotate.stepMakingKeys(.due)
        #expect(world.store.auditLog.count == count, "a look that changes nothing has no row")
    }

    @Test("has what an operator wants, and what follows from it") func commands() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let rotate = rotate(world, by: .operatingSystem("root"))
        _ = try await rotate.stepMakingKeys(.rotation())
        #expect(rows(world) == ["os:root key.rotate 3"])
        _ = try await rotate.stepMakingKeys(.revocation(KeyID(1)))
        #expect(
            Set(rows(world, after: 1)) == [
                "os:root key.revoke 1", "os:root key.activate 3 early", "os:root key.generate 4",
            ])
    }

    @Test("has what somebody else broke") func repairs() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        try world.store.delete(from: "keys", kid: 3)
        try world.store.delete(from: "key_states", kid: 2)
        _ = try await rotate(world, by: .server).step()
        #expect(
            Set(rows(world)).isSuperset(of: [
                "server key.repair 3 key_missing", "server key.repair 2 state_missing",
            ]))
    }

    @Test("has a change of the master key, in the unit of work that seals anew") func masterKey() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let rotate = RotateMasterKey(
            store: world.store, derivation: FakeKeyDerivation(), executor: ImmediateExecutor(), time: world.time,
            by: .operatingSystem("root"))
        _ = try await rotate(from: KeySealer(world.keyEncryptionKey), to: Secret("another one"))
        #expect(rows(world) == ["os:root master_key.rotate"])
        await #expect(throws: OperatorError.masterKeyChanged) {
            _ = try await rotate(from: KeySealer(world.keyEncryptionKey), to: Secret("a third one"))
        }
        #expect(rows(world).count == 1)
    }
}
