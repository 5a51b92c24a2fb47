import AuthCore
import AuthTestSupport
import Logging
import Testing

/// The wall clock is wrong when a server starts: a successor is not older than can be known.
@Suite("KeyRotationLoop: the clock at a restart") struct KeyRotationLoopRestartTests {
    /// A rotation every 4 h, 1 h of it published ahead.
    private static let policy = KeyPolicy(
        activePeriod: .seconds(14_400), publishAhead: .seconds(3_600), maxAge: .seconds(300),
        tokenLifetime: .seconds(3_600), clockSkew: .seconds(60))

    @Test("an hour ahead on the same boot: the successor waits its whole time", arguments: [3_600, 86_400 * 3_650])
    func ahead(_ jump: Int64) async throws {
        let (world, boot) = try await firstRun()
        world.time.advance(by: .seconds(3))
        world.time.jump(by: .seconds(jump))
        let second = world.process(boot: boot)
        _ = try await second.rotationLoop.tick()
        #expect(second.ring.current?.active.id == KeyID(1))
        let warning = try #require(second.log.lines.first { $0.level == .warning })
        #expect(warning.metadata["seconds"] == "\(jump)")
        try await expectRotation(world, second, after: 3_597)
    }

    @Test("put right at the next start: the activation is not an hour late") func putRight() async throws {
        let (world, boot) = try await firstRun()
        for jump in [3_600, -3_600] as [Int64] {
            world.time.jump(by: .seconds(jump))
            _ = try await world.process(boot: boot).rotationLoop.tick()
        }
        try await expectRotation(world, world.process(boot: boot), after: 3_600)
    }

    @Test("a successor that is made while the clock is wrong is as old as it is") func madeThen() async throws {
        let world = try await KeyWorld(policy: Self.policy)
        let boot = ManualBootClock(world.time)
        world.time.jump(by: .seconds(86_400))
        _ = try await world.process(boot: boot).rotationLoop.tick()
        world.time.jump(by: .seconds(-86_400))
        let second = world.process(boot: boot)
        _ = try await second.rotationLoop.tick()
        _ = try await second.rotate.step(.rotation())
        try await expectRotation(world, second, after: 3_600)
    }

    @Test("off for two days with the right clock: it signs at once", arguments: ["first", "second"])
    func longStop(_ name: String) async throws {
        let (world, boot) = try await firstRun()
        world.time.advance(by: .seconds(172_800))
        let after = name == "first" ? boot : ManualBootClock(world.time, boot: name, isSynchronised: true)
        let second = world.process(boot: after)
        _ = try await second.rotationLoop.tick()
        #expect(second.ring.current?.active.id == KeyID(3))
        #expect(second.log.lines.allSatisfy { $0.level < .warning })
    }

    @Test("booted anew without NTP: time that nothing confirms does not count, time that was seen does")
    func unconfirmed() async throws {
        let (world, boot) = try await firstRun()
        let first = world.process(boot: boot)
        for _ in 0..<30 {
            world.time.advance(by: .seconds(60))
            _ = try await first.rotationLoop.tick()
        }
        world.time.jump(by: .seconds(86_400))
        let second = world.process(boot: ManualBootClock(world.time, boot: "second"))
        _ = try await second.rotationLoop.tick()
        #expect(second.log.lines.contains { $0.level == .warning && $0.message.contains("nothing confirms") })
        try await expectRotation(world, second, after: 1_800)
    }

    @Test("a command judges as the server does") func command() async throws {
        let (world, boot) = try await firstRun()
        world.time.jump(by: .seconds(86_400))
        let plan = try await world.process(boot: boot).rotate.step(.rotation()).plan
        #expect(plan.active?.id == KeyID(1))
    }

    /// The usual keys, seen by a server on the first boot, with a rotation asked for.
    private func firstRun() async throws -> (KeyWorld, ManualBootClock) {
        let world = try await KeyWorld(policy: Self.policy)
        let boot = ManualBootClock(world.time)
        try await world.insertUsualKeys()
        let first = world.process(boot: boot)
        _ = try await first.rotationLoop.tick()
        _ = try await first.rotate.step(.rotation())
        return (world, boot)
    }

    private func expectRotation(_ world: KeyWorld, _ process: KeyProcess, after seconds: Int64) async throws {
        _ = try await process.rotationLoop.tick()
        world.time.advance(by: .seconds(seconds - 1))
        _ = try await process.rotationLoop.tick()
        #expect(process.ring.current?.active.id == KeyID(1))
        world.time.advance(by: .seconds(1))
        _ = try await process.rotationLoop.tick()
        #expect(process.ring.current?.active.id == KeyID(3))
    }
}
