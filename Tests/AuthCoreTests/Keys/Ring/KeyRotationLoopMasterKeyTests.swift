import AuthCore
import AuthTestSupport
import Logging
import Testing

@Suite("KeyRotationLoop: master key and verifiers") struct KeyRotationLoopMasterKeyTests {
    private let world: KeyWorld
    private let process: KeyProcess

    init() async throws {
        world = try await KeyWorld()
        try await world.insertUsualKeys()
        process = world.process()
        _ = try await process.rotationLoop.tick()
        world.time.advance(by: .seconds(5))
    }

    private func change() async throws -> KeyEncryptionKeyRecord {
        try await RotateMasterKey(
            store: world.store, derivation: FakeKeyDerivation(), executor: ImmediateExecutor(), time: world.time
        )(from: KeySealer(world.keyEncryptionKey), to: Secret("new")).record
    }

    @Test("a running process follows a change of the master key") func follows() async throws {
        let record = try await change()
        _ = try await process.rotationLoop.tick()
        #expect(process.sealer.key.id == record.id)
        world.time.advance(by: .seconds(2_592_000))
        _ = try await process.rotationLoop.tick()
        #expect(process.ring.current?.active.id == KeyID(3))
        #expect(process.log.lines.allSatisfy { $0.level < .warning })
    }

    @Test("it ends the handover itself when the command was killed") func endsHandover() async throws {
        let record = try await change()
        _ = try await process.rotationLoop.tick()
        world.time.advance(by: .seconds(10))
        _ = try await process.rotationLoop.tick()
        #expect(world.store.keyStoreContents.keyEncryptionKeys == [record])
        world.time.advance(by: .seconds(1))
        _ = try await process.rotationLoop.tick()
        #expect(world.store.keyStoreContents.keyEncryptionKeys.map(\.id) == [record.id])
        #expect(world.store.keyStoreContents.keyEncryptionKeys.first?.handover == nil)
    }

    @Test("one that cannot follow says so once, serves on, and writes nothing") func cannotFollow() async throws {
        let record = try await change()
        try await world.store.write { transaction in
            try transaction.deleteKeyEncryptionKey(record.id)
            var lost = record
            lost.handover = nil
            try transaction.insert(lost)
        }
        for _ in 0..<5 { _ = try await process.rotationLoop.tick() }
        let complaints = process.log.lines.filter { $0.message.contains("master key was changed") }
        #expect(complaints.map(\.level) == [.error])
        #expect(process.ring.current?.active.id == KeyID(1))
        let before = world.store.keyStoreContents
        world.time.advance(by: .seconds(2_592_000))
        await #expect(throws: OperatorError.masterKeyChanged) { try await process.rotationLoop.tick() }
        #expect(world.store.keyStoreContents == before)
    }

    @Test("records how many verifiers have the newest key, when that changes") func readiness() async throws {
        func recorded() async throws -> KeyPropagation? {
            try await world.store.read { transaction in try transaction.keyPropagation() }.total(since: Sample.now)
        }
        _ = try await process.rotationLoop.tick()
        #expect(try await recorded() == nil)
        for number in UInt64(1)...7 {
            process.tracker.note(address: RateLimitKey(high: 0, low: number), userAgent: "verifier")
        }
        _ = try await process.rotationLoop.tick()
        #expect(try await recorded() == KeyPropagation(newest: KeyID(3), known: 7, aware: 7))
        world.time.advance(by: .seconds(2_592_000))
        for number in UInt64(1)...7 {
            process.tracker.note(address: RateLimitKey(high: 0, low: number), userAgent: "verifier")
        }
        world.time.advance(by: .seconds(1))
        _ = try await process.rotationLoop.tick()
        #expect(try await recorded() == KeyPropagation(newest: KeyID(4), known: 7, aware: 0))
        let activation = process.log.lines.last { $0.message == "key signs from now on" }
        #expect(activation?.metadata["evidence"] == "7 of 7 known verifiers have key 3")
    }
}
