import AuthCore
import AuthTestSupport
import Logging
import Testing

/// The wall clock is set while the server runs. What counts is how long verifiers have really known a key and tokens
/// really live: time by the clock that no one can set.
@Suite("KeyRotationLoop: clock jumps") struct KeyRotationLoopClockTests {
    /// A rotation every 4 h, 2 h of it published ahead; tokens of an hour, a minute of skew.
    private static let policy = KeyPolicy(
        activePeriod: .seconds(14_400), publishAhead: .seconds(7_200), maxAge: .seconds(300),
        tokenLifetime: .seconds(3_600), clockSkew: .seconds(60))

    struct Jump: Sendable, CustomTestStringConvertible {
        let at: Int64
        let by: Int64
        var testDescription: String { "\(by) s after \(at) s" }
    }

    @Test(
        "a rotation comes when it is due by the time that has really passed",
        arguments: [
            Jump(at: 60, by: 3_600), Jump(at: 60, by: -3_600), Jump(at: 7_200, by: 3_600),
            Jump(at: 7_200, by: -3_600), Jump(at: 14_280, by: 3_600), Jump(at: 14_280, by: -3_600),
            Jump(at: 7_200, by: 86_400 * 365), Jump(at: 7_200, by: -86_400 * 365),
        ])
    func rotation(_ jump: Jump) async throws {
        let (world, process) = try await start()
        for minute in Int64(1)..<240 {
            try await advance(world, process, to: minute * 60, jump)
            #expect(process.ring.current?.active.id == KeyID(1), "after \(minute) min")
        }
        try await advance(world, process, to: 14_400, jump)
        #expect(process.ring.current?.active.id == KeyID(3))
        #expect(process.log.lines.allSatisfy { $0.level < .warning })
    }

    @Test(
        "what is decided is stored as decided, also where it equals a corrected time",
        arguments: [3_600, -3_600] as [Int64])
    func stored(_ jump: Int64) async throws {
        let (world, process) = try await start()
        try await advance(world, process, to: 14_399, Jump(at: 60, by: jump))
        // Exactly when it is due: the moment of the activation is the one that was planned, moved along with the clock.
        try await advance(world, process, to: 14_400, Jump(at: 60, by: jump))
        #expect(process.ring.current?.active.id == KeyID(3))
        #expect(world.lifecycle(of: KeyID(3))?.activatesAt == world.time.now)
        #expect(world.lifecycle(of: KeyID(1))?.retiredAt == world.time.now)
        // What was only corrected stays as it was.
        #expect(world.lifecycle(of: KeyID(3))?.publishedAt == Sample.now)
    }

    @Test(
        "a rotation that is asked for gives verifiers the whole publish-ahead time",
        arguments: [3_600, -3_600] as [Int64])
    func askedFor(_ jump: Int64) async throws {
        let (world, process) = try await start()
        try await advance(world, process, to: 600, Jump(at: 300, by: jump))
        _ = try await process.rotate.step(.rotation())
        for minute in Int64(11)..<120 {
            try await advance(world, process, to: minute * 60, Jump(at: 300, by: jump))
            #expect(process.ring.current?.active.id == KeyID(1), "after \(minute) min")
        }
    }

    @Test(
        "a retired key stays for the tokens that are alive, whenever the clock jumped",
        arguments: [
            // The last login is 10 min before the rotation at 4 h; its token lives until 4 h 50 min.
            Jump(at: 13_860, by: 3_600), Jump(at: 13_860, by: -3_600), Jump(at: 14_460, by: 3_600),
            Jump(at: 14_460, by: -3_600), Jump(at: 15_000, by: 3_600), Jump(at: 60, by: 3_600),
            Jump(at: 60, by: -3_600),
        ])
    func retirement(_ jump: Jump) async throws {
        let (world, process) = try await start()
        let signer = SignerWorld.signer(process.ring, world.time)
        var missing: [Int64] = []
        for minute in Int64(1)..<290 {
            try await advance(world, process, to: minute * 60, jump)
            if minute == 230 {
                try await signer.withReservation(lifetime: .seconds(3_600)) { reservation in
                    try await world.store.write { transaction in try reservation.hold(in: transaction) }
                }
            }
            if !(try #require(process.ring.current).set.keyIDs.contains(KeyID(1))) { missing.append(minute) }
        }
        #expect(missing.isEmpty, "not in the JWK Set from \(missing.first ?? 0) to \(missing.last ?? 0) min")
        // It goes in the end: the jump may keep it for longer, not for ever.
        for minute in stride(from: Int64(300), to: 480, by: 5) {
            try await advance(world, process, to: minute * 60, jump)
        }
        #expect(world.lifecycle(of: KeyID(1)) == nil)
    }

    /// The usual keys, made at uptime 0 of these tests, in a process that has seen them.
    private func start() async throws -> (KeyWorld, KeyProcess) {
        let world = try await KeyWorld(policy: Self.policy)
        try await world.insertUsualKeys()
        let process = world.process()
        _ = try await process.rotationLoop.tick()
        return (world, process)
    }

    /// Lets time pass until `seconds` after the start, sets the clock if that is due on the way, and ticks.
    private func advance(_ world: KeyWorld, _ process: KeyProcess, to seconds: Int64, _ jump: Jump) async throws {
        let passed = world.time.uptime - .seconds(3_600)
        if passed < .seconds(jump.at), seconds >= jump.at {
            world.time.advance(by: .seconds(jump.at) - passed)
            world.time.jump(by: .seconds(jump.by))
            _ = try await process.rotationLoop.tick()
        }
        world.time.advance(by: .seconds(seconds) - (world.time.uptime - .seconds(3_600)))
        _ = try await process.rotationLoop.tick()
    }
}
