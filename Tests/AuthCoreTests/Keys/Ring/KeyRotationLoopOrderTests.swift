import AuthCore
import AuthTestSupport
import Testing

/// Ticks and refreshes that come at the same time.
@Suite("KeyRotationLoop: order") struct KeyRotationLoopOrderTests {
    @Test("an older state of the store never replaces a newer one: a revoked key does not come back") func order()
        async throws
    {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let slow = SlowStore(world.store)
        let process = world.process(store: slow)
        _ = try await process.rotationLoop.tick()
        slow.holdNextRead()
        let old = Task { try await process.rotationLoop.refresh() }
        await slow.untilHeld()
        // Another process revokes the key, and this one is told while it still waits for the old answer.
        _ = try await world.process().rotate.step(.revocation(KeyID(1)))
        let isThrough = Counter()
        let new = Task {
            try await process.rotationLoop.refresh()
            isThrough.add()
        }
        // Without an order the newer look is through in a few milliseconds; with one it waits for the older.
        for _ in 0..<200 where isThrough.count == 0 { try await Task.sleep(for: .milliseconds(1)) }
        slow.release()
        try await old.value
        try await new.value
        let ring = try #require(process.ring.current)
        #expect(ring.active.id == KeyID(3))
        #expect(!ring.set.keyIDs.contains(KeyID(1)))
    }

    @Test("logins that meet a rotation share one look at the store") func singleFlight() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let slow = SlowStore(world.store)
        let process = world.process(store: slow)
        _ = try await process.rotationLoop.tick()
        slow.holdNextRead()
        let first = Task { try await process.rotationLoop.refresh() }
        await slow.untilHeld()
        let before = slow.reads
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { try await process.rotationLoop.refresh() } }
            for _ in 0..<1_000 { await Task.yield() }
            slow.release()
            try await group.waitForAll()
        }
        try await first.value
        // All of them joined the one look that came after the held one; a straggler may have had one more.
        #expect(slow.reads - before <= 2, "\(slow.reads - before) looks for 50 logins")
    }

    @Test("what fails fails for those who shared it, and the next one starts anew") func failure() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let process = world.process()
        world.store.fail(with: AuthError.unavailable("gone"))
        await #expect(throws: AuthError.unavailable("gone")) { try await process.rotationLoop.refresh() }
        world.store.fail(with: nil)
        try await process.rotationLoop.refresh()
        #expect(process.ring.current?.active.id == KeyID(1))
    }

    @Test("keys of three algorithms are made, published and rotated, each for itself") func algorithms() async throws {
        let world = try await KeyWorld(algorithms: [.es256, .edDSA])
        let process = world.process()
        _ = try await process.rotationLoop.tick()
        let first = try #require(process.ring.current)
        #expect(first.activeKeys.map(\.algorithm) == [.rs256])
        #expect(first.set.keyIDs.count == 4)
        world.time.advance(by: .seconds(86_400))
        _ = try await process.rotationLoop.tick()
        #expect(process.ring.current?.activeKeys.map(\.algorithm) == [.rs256, .es256])
        world.time.advance(by: .seconds(43_200))
        _ = try await process.rotationLoop.tick()
        let ring = try #require(process.ring.current)
        #expect(ring.activeKeys.map(\.algorithm) == [.rs256, .es256, .edDSA])
        #expect(ring.active.id == first.active.id)
        #expect(world.lifecycles.count { $0.state == .published } == 3)
        #expect(ring.active(.edDSA)?.algorithm == .edDSA)
    }

    @Test("nodes record what they know of propagation in rows of their own") func nodes() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let nodes = ["a", "b"].map { world.process(node: $0) }
        for (number, node) in nodes.enumerated() {
            _ = try await node.rotationLoop.tick()
            for address in 0...number {
                node.tracker.note(address: RateLimitKey(high: 1, low: UInt64(address)), userAgent: "verifier")
            }
            _ = try await node.rotationLoop.tick()
        }
        func recorded() async throws -> [NodePropagation] {
            try await world.store.read { transaction in try transaction.keyPropagation() }
        }
        #expect(try await recorded().map(\.node) == ["a", "b"])
        #expect(
            try await recorded().total(since: Sample.now) == KeyPropagation(newest: KeyID(3), known: 3, aware: 3))
        // One that is gone for hours counts no more; one that lives renews what it said.
        world.time.advance(by: .seconds(3 * 3_600))
        _ = try await nodes[1].rotationLoop.tick()
        #expect(try await recorded().map(\.node) == ["b"])
    }
}
