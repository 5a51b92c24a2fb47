import AuthCore
import AuthTestSupport
import Testing

/// A key is stored, and the store goes away before everybody has looked: the time until it is back is none in which
/// verifiers could fetch the key from everybody.
@Suite("KeyRotationLoop: outages") struct KeyRotationLoopOutageTests {
    private static let outage = KeyWorld.usualPolicy.activePeriod + .seconds(86_400)

    @Test("a key that was made when the store went away is published anew", arguments: [true, false])
    func unseen(whoMadeItComesBackFirst: Bool) async throws {
        let outage = try await Outage()
        _ = try await outage.maker.rotationLoop.tick()
        #expect(outage.other.ring.current?.set.keyIDs == [KeyID(1)])
        await outage.last(Self.outage)

        let first = whoMadeItComesBackFirst ? outage.maker : outage.other
        for process in [first, outage.maker, outage.other] {
            _ = try await process.rotationLoop.tick()
            #expect(process.ring.current?.active.id == KeyID(1))
            #expect(process.ring.current?.set.keyIDs == [KeyID(1), KeyID(3)])
        }
        outage.world.time.advance(by: KeyWorld.usualPolicy.publishAhead - .seconds(1))
        for process in [outage.maker, outage.other] {
            _ = try await process.rotationLoop.tick()
            #expect(process.ring.current?.active.id == KeyID(1))
            #expect(process.log.lines.filter { $0.message.contains("maybe unseen by others") }.count == 1)
        }
        outage.world.time.advance(by: .seconds(1))
        _ = try await first.rotationLoop.tick()
        #expect(first.ring.current?.active.id == KeyID(3))
    }

    @Test("one that everybody has seen before signs as soon as the store is back") func seen() async throws {
        let outage = try await Outage()
        _ = try await outage.maker.rotationLoop.tick()
        outage.world.time.advance(by: .seconds(3))
        for process in [outage.maker, outage.other] { _ = try await process.rotationLoop.tick() }
        await outage.last(Self.outage)
        _ = try await outage.other.rotationLoop.tick()
        #expect(outage.other.ring.current?.active.id == KeyID(3))
    }

    @Test("an answer that took long says no more of the others than none") func slow() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let slow = SlowStore(world.store)
        let process = world.process(store: slow)
        slow.holdNextRead()
        async let tick = process.rotationLoop.tick()
        await slow.untilHeld()
        world.time.advance(by: Self.outage)
        slow.release()
        _ = try await tick
        #expect(process.ring.current?.active.id == KeyID(1))
        world.time.advance(by: KeyWorld.usualPolicy.publishAhead)
        _ = try await process.rotationLoop.tick()
        #expect(process.ring.current?.active.id == KeyID(3))
    }
}

/// Two processes that know the active key 1; the first look of the maker's next tick makes key 3.
private struct Outage {
    let world: KeyWorld
    let maker, other: KeyProcess
    private let stores: [FailingStore]

    init() async throws {
        let world = try await KeyWorld()
        let (schedule, now) = (world.schedule, world.time.now)
        let active = schedule.lifecycle(of: KeyID(1), filling: .active, after: nil, at: now)
        try await world.insert([
            (active, 0), (schedule.lifecycle(of: KeyID(2), filling: .expired, after: active, at: now), 1),
        ])
        stores = [FailingStore(world.store), FailingStore(world.store)]
        (self.world, maker, other) = (world, world.process(store: stores[0]), world.process(store: stores[1]))
        for process in [maker, other] { try await process.rotationLoop.refresh() }
    }

    /// Both look, and are not answered.
    func last(_ length: Duration) async {
        for store in stores { store.fail(with: AuthError.unavailable("away")) }
        for part in [Duration.seconds(1), length - .seconds(1)] {
            world.time.advance(by: part)
            for process in [maker, other] {
                await #expect(throws: AuthError.self) { try await process.rotationLoop.tick() }
            }
        }
        for store in stores { store.fail(with: nil) }
    }
}
