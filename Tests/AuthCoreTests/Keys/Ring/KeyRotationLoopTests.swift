import AuthCore
import AuthTestSupport
import Synchronization
import Testing

@Suite("KeyRotationLoop") struct KeyRotationLoopTests {
    @Test("the first tick makes the three keys and publishes them") func firstTick() async throws {
        let world = try await KeyWorld()
        let process = world.process()
        let pause = try await process.rotationLoop.tick()
        #expect(pause > .zero && pause <= KeyRotationLoop.longestSleep)
        #expect(Set(world.states) == [.active, .expired, .published])
        let ring = try #require(process.ring.current)
        #expect(world.lifecycle(of: ring.active.id)?.state == .active)
        #expect(world.lifecycle(of: try #require(ring.expired?.id))?.state == .expired)
        #expect(ring.set.keyIDs == world.lifecycles.filter { $0.state != .expired }.map(\.id))
        #expect(process.log.count("key made") == 3)
        #expect(process.log.count("key signs from now on") == 1)
    }

    @Test("a second tick changes nothing, nor does a second process") func quiet() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let process = world.process()
        #expect(try await process.rotationLoop.tick() == KeyRotationLoop.longestSleep)
        let (contents, ring) = (world.store.keyStoreContents, try #require(process.ring.current))
        #expect(try await process.rotationLoop.tick() == KeyRotationLoop.longestSleep)
        let other = world.process()
        _ = try await other.rotationLoop.tick()
        #expect(world.store.keyStoreContents == contents)
        #expect(process.ring.current?.set == ring.set)
        #expect(other.ring.current?.set == ring.set)
        #expect(process.log.count("key made") == 0)
    }

    @Test("sleeps no longer than until the next event") func sleep() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let process = world.process()
        world.time.advance(by: .seconds(2_592_000) - .milliseconds(250))
        #expect(try await process.rotationLoop.tick() == .milliseconds(250))
    }

    @Test("a rotation: the successor signs, the old key stays for its tokens, the next one is published")
    func rotation() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let process = world.process()
        _ = try await process.rotationLoop.tick()
        let before = try #require(process.ring.current)
        world.time.advance(by: .seconds(2_592_000))
        _ = try await process.rotationLoop.tick()
        let after = try #require(process.ring.current)
        #expect(world.states == [.retired, .expired, .active, .published])
        #expect(after.active.id == KeyID(3))
        #expect(after.set.keyIDs == [KeyID(1), KeyID(3), KeyID(4)])
        #expect(after.set.entityTag != before.set.entityTag)
        #expect(process.log.lines.contains { $0.message == "key retired" && $0.metadata["kid"] == "1" })
        // Old key still there, new kid and new material: what oidcc-server-rotate-keys looks at.
        #expect(String(decoding: after.set.body, as: UTF8.self).contains(try modulus(0)))
        #expect(!String(decoding: before.set.body, as: UTF8.self).contains(try newestModulus(world)))

        world.time.advance(by: .seconds(61))
        _ = try await process.rotationLoop.tick()
        #expect(process.ring.current?.set.keyIDs == [KeyID(3), KeyID(4)])
        #expect(world.states == [.expired, .active, .published])
    }

    @Test("a store that takes no key is not asked with a new one each second, and gets one soon after it does")
    func fullDisk() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let store = FailingStore(world.store)
        let made = Mutex(0)
        let process = world.process(store: store) { _ in
            made.withLock { $0 += 1 }
            return try TestKey.material(0)
        }
        _ = try await process.rotationLoop.tick()
        try await world.store.write { transaction in try transaction.deleteKey(KeyID(3)) }
        store.failWrites(with: AuthError.unavailable("database or disk is full"))
        for _ in 0..<300 {
            _ = try? await process.rotationLoop.tick()
            world.time.advance(by: .seconds(1))
        }
        #expect((10...20).contains(made.withLock { $0 }))
        #expect(process.ring.current?.active.id == KeyID(1))

        store.failWrites(with: nil)
        for _ in 0..<31 {
            _ = try await process.rotationLoop.tick()
            world.time.advance(by: .seconds(1))
        }
        #expect(world.states == [.active, .expired, .published])
    }

    @Test("keeps the ring while the store does not answer, and goes on when it does") func outage() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let process = world.process()
        _ = try await process.rotationLoop.tick()
        world.time.advance(by: .seconds(60))
        _ = try await process.rotationLoop.tick()
        world.store.fail(with: AuthError.unavailable("gone"))
        world.time.advance(by: .seconds(2_592_000))
        await #expect(throws: AuthError.unavailable("gone")) { try await process.rotationLoop.tick() }
        #expect(process.ring.current?.active.id == KeyID(1))
        world.store.fail(with: nil)
        _ = try await process.rotationLoop.tick()
        #expect(process.ring.current?.active.id == KeyID(3))
    }

    @Test("a refresh generates no key") func refresh() async throws {
        let world = try await KeyWorld()
        let process = world.process()
        try await process.rotationLoop.refresh()
        #expect(world.lifecycles.isEmpty)
        #expect(process.ring.current == nil)
    }

    private func modulus(_ number: Int) throws -> String {
        Base64URL.text(try TestKey.material(number).modulus.drop { $0 == 0 })
    }

    private func newestModulus(_ world: KeyWorld) throws -> String {
        let stored = try #require(world.store.keyStoreContents.keys.last)
        let material = try SealedKeyFormat.open(stored.sealed, id: stored.id, under: world.keyEncryptionKey)
        return Base64URL.text(try material.modulus.drop { $0 == 0 })
    }
}
