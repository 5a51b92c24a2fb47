import AuthCore
import AuthTestSupport
import Logging
import Testing

/// Stops, and what other processes do meanwhile.
@Suite("KeyRotationLoop: among others") struct KeyRotationLoopAmongOthersTests {
    @Test("after a stop of 90 days it signs under a key that verifiers could know") func longStop() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        _ = try await world.process().rotationLoop.tick()
        world.time.advance(by: .seconds(90 * 86_400))
        let process = world.process()
        _ = try await process.rotationLoop.tick()
        #expect(process.ring.current?.active.id == KeyID(3))
        #expect(process.log.lines.allSatisfy { $0.level < .warning })
        #expect(world.states == [.retired, .expired, .active, .published])
        #expect(try #require(world.lifecycle(of: KeyID(3))).withdrawnAt > world.time.now + .seconds(2_592_000))
    }

    @Test("says so when it had to sign under a key that verifiers may not know") func early() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let process = world.process()
        _ = try await process.rotationLoop.tick()
        _ = try await world.process().rotate.step(.revocation(KeyID(1)))
        _ = try await process.rotationLoop.tick()
        #expect(process.ring.current?.active.id == KeyID(3))
        // The process that decides says it.
        try await world.store.write { transaction in try transaction.deleteKey(KeyID(3)) }
        let own = world.process()
        let successor = try #require(world.lifecycles.first { $0.state == .published })
        _ = try await own.rotationLoop.tick()
        #expect(own.ring.current?.active.id == successor.id)
        #expect(
            own.log.lines.contains {
                $0.level == .warning && $0.message.contains("before verifiers can be sure to know it")
                    && $0.metadata["kid"] == "\(successor.id)"
            })
    }

    @Test("follows a revocation by another process at its next tick") func revocation() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let process = world.process()
        _ = try await process.rotationLoop.tick()
        _ = try await world.process().rotate.step(.revocation(KeyID(1)))
        _ = try await process.rotationLoop.tick()
        let ring = try #require(process.ring.current)
        #expect(ring.active.id == KeyID(3))
        #expect(ring.set.keyIDs == [KeyID(3), KeyID(4)])
        let modulus = Base64URL.text(try TestKey.material(0).modulus.drop { $0 == 0 })
        #expect(!String(decoding: ring.set.body, as: UTF8.self).contains(modulus))
        #expect(world.states == [.revoked, .expired, .active, .published])
    }

    @Test("two processes that tick at once make one successor") func twoProcesses() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        world.time.advance(by: .seconds(2_592_000))
        let work = RendezvousExecutor(parties: 2)
        let processes = [world.process(executor: work), world.process(executor: work)]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for process in processes { group.addTask { _ = try await process.rotationLoop.tick() } }
            try await group.waitForAll()
        }
        #expect(world.states == [.retired, .expired, .active, .published])
        for process in processes {
            _ = try await process.rotationLoop.tick()
            #expect(process.ring.current?.set.keyIDs == [KeyID(1), KeyID(3), KeyID(4)])
        }
    }
}
