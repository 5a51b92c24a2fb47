import AuthCore
import AuthTestSupport
import Testing

@Suite("RotateKeys: races") struct RotateKeysRaceTests {
    private let world: KeyWorld

    init() async throws { world = try await KeyWorld() }

    @Test("of two processes that fill one need at once, one does") func racingFills() async throws {
        let active = world.schedule.lifecycle(of: KeyID(1), filling: .active, after: nil, at: world.time.now)
        let expired = world.schedule.lifecycle(of: KeyID(2), filling: .expired, after: active, at: world.time.now)
        try await world.insert([(active, 0), (expired, 1)])
        let work = RendezvousExecutor(parties: 2)
        let filled = try await withThrowingTaskGroup(of: KeyID?.self) { group in
            for _ in 0..<2 {
                group.addTask { try await world.process(executor: work).rotate.generate()?.id }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(filled.compactMap { $0 } == [KeyID(3)])
        #expect(world.states == [.active, .expired, .published])
    }

    @Test("of two processes that find the rotation due at once, both see it done once") func racingSteps() async throws
    {
        try await world.insertUsualKeys()
        world.time.advance(by: .seconds(2_592_000))
        let active = try await withThrowingTaskGroup(of: KeyID?.self) { group in
            for _ in 0..<8 {
                group.addTask { try await world.process().rotate.step().plan.active?.id }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(active == Array(repeating: KeyID(3), count: 8))
        #expect(world.states == [.retired, .expired, .active])
    }

    /// One that generates slowly under a quick policy: another process was faster, and its key is due by now.
    @Test("a key that comes too late is not needed, and no failure") func lateFill() async throws {
        let policy = KeyPolicy(
            activePeriod: .seconds(6), publishAhead: .seconds(4), maxAge: .seconds(1), tokenLifetime: .seconds(2),
            clockSkew: .zero)
        let world = try await KeyWorld(policy: policy)
        try await world.insertUsualKeys()
        world.time.advance(by: .seconds(7))
        _ = try await world.process().rotate.generate()
        #expect(world.states == [.active, .expired, .published])
    }
}
