import AuthCore
import AuthTestSupport
import Testing

/// What other processes do while this one makes a key.
@Suite("KeyRotationLoop: meanwhile", .timeLimit(.minutes(1))) struct KeyRotationLoopMeanwhileTests {
    @Test("what another process revokes, publishes and activates is seen while a key is made") func meanwhile()
        async throws
    {
        let world = try await KeyWorld()
        let (schedule, now) = (world.schedule, world.time.now)
        let active = schedule.lifecycle(of: KeyID(1), filling: .active, after: nil, at: now)
        try await world.insert([
            (active, 0), (schedule.lifecycle(of: KeyID(2), filling: .expired, after: active, at: now), 1),
        ])
        let (busy, changes) = (SlowExecutor(), ManualChangeFeed())
        let process = world.process(executor: busy, changes: changes)
        let other = world.process()
        // Both find the successor missing; the other one makes it while this one waits for the machine.
        let tick = Task { try await process.rotationLoop.tick() }
        try await until { process.ring.current?.set.keyIDs == [KeyID(1)] }

        try await other.tick(announcing: changes)
        try await until { process.ring.current?.set.keyIDs == [KeyID(1), KeyID(3)] }
        world.time.advance(by: KeyWorld.usualPolicy.activePeriod + KeyWorld.usualPolicy.publishAhead)
        try await other.tick(announcing: changes)
        try await until { process.ring.current?.active.id == KeyID(3) }
        _ = try await other.rotate.step(.revocation(KeyID(1)))
        changes.announce()
        try await until { process.ring.current?.set.keyIDs == [KeyID(3), KeyID(4)] }

        // What it was about to make is there by now.
        busy.letGo()
        _ = try await tick.value
        #expect(world.lifecycles.map(\.id) == [KeyID(1), KeyID(2), KeyID(3), KeyID(4)])
        #expect(!process.log.lines.contains { $0.message == "key made" })
    }

    @Test("a store that does not answer meanwhile is asked again") func outage() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        try await world.store.write { transaction in try transaction.deleteKey(KeyID(3)) }
        let (busy, changes) = (SlowExecutor(), ManualChangeFeed())
        let store = FailingStore(world.store)
        let process = world.process(executor: busy, store: store, changes: changes)
        let tick = Task { try await process.rotationLoop.tick() }
        try await until { process.ring.current?.set.keyIDs == [KeyID(1)] }

        store.fail(with: AuthError.unavailable("gone"))
        changes.announce()
        for _ in 0..<100 { await Task.yield() }
        store.fail(with: nil)
        try await world.process().tick(announcing: changes)
        try await until { process.ring.current?.set.keyIDs.count == 2 }
        busy.letGo()
        _ = try await tick.value
    }

    /// Polls; the suite's time limit ends it.
    private func until(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }
}

extension KeyProcess {
    fileprivate func tick(announcing changes: ManualChangeFeed) async throws {
        _ = try await rotationLoop.tick()
        changes.announce()
    }
}
