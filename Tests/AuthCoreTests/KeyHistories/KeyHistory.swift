import AuthCore
import AuthTestSupport

/// A random history of a server's keys: the dice say what happens, the real ``KeyRotationLoop``, ``RotateKeys`` and
/// ``TokenSigner`` do it on a real store, and the books say whether all went well.
///
/// One or two processes act on the store, each with a ring that is as old as its last look. Verifiers cache the JWK Set
/// for exactly as long as they are told.
actor KeyHistory {
    /// A process that keeps the keys and signs.
    struct Node {
        let process: KeyProcess
        let signer: TokenSigner
        var lookedAt: Timestamp?
    }

    struct Token {
        let key: KeyID
        let expiresAt: Timestamp
    }

    struct Cache {
        var set: Set<KeyID> = []
        var fetchedAt = Timestamp(seconds: 0)
        var freshUntil = Timestamp(seconds: 0)
    }

    /// What was tried.
    struct Counts {
        var tokens = 0
        var verifications = 0
        var rotations = 0
        var restarts = 0
        var revocations = 0

        static func += (left: inout Counts, right: Counts) {
            left.tokens += right.tokens
            left.verifications += right.verifications
            left.rotations += right.rotations
            left.restarts += right.restarts
            left.revocations += right.revocations
        }
    }

    var dice: Dice
    let policy: KeyPolicy
    let world: KeyWorld
    let mayRevoke: Bool
    var nodes: [Node] = []
    var tokens: [Token] = []
    var verifiers = [Cache](repeating: Cache(), count: 3)
    var counts = Counts()
    /// The first thing that went wrong.
    var failure: String?
    var isAmidGeneration = false

    /// The keys as the store had them last.
    var keys: [KeyLifecycle] = []
    /// The earliest moment at which each successor's time may have come: its predecessor's planned end, or an operator asks for it.
    var mayActivateFrom: [KeyID: Timestamp] = [:]
    var revoked: Set<KeyID> = []
    /// Keys that had to sign before verifiers could know them, and since when they did: only ever after a revocation.
    var early: [KeyID: Timestamp] = [:]

    var schedule: KeySchedule { world.schedule }
    var now: Timestamp { world.time.now }

    init(seed: UInt64) async throws {
        var dice = Dice(seed: seed)
        policy = dice.policy()
        mayRevoke = dice.chance(50)
        world = try await KeyWorld(
            policy: policy, algorithms: dice.algorithms(), store: TestStore(runsBodiesTwice: false))
        world.time.advance(by: .milliseconds(dice.random(0...86_400_000)))
        let count = Int(dice.random(1...2))
        self.dice = dice
        nodes = (0..<count).map { _ in newNode() }
    }

    /// A process that was just started.
    func newNode() -> Node {
        let process = world.process(executor: DiceExecutor { [weak self] in await self?.passWhileGenerating() }) {
            // What tells keys from each other here is the kid.
            $0 == .rs256 ? try TestKey.material() : try KeyMaterial.generate($0, bits: 0)
        }
        let signer = TokenSigner(
            keyRing: process.ring, executor: ImmediateExecutor(), time: world.time, clockSkew: policy.clockSkew,
            refreshKeyRing: { try await process.rotationLoop.refresh() })
        return Node(process: process, signer: signer)
    }

    func fail(_ what: String) {
        if failure == nil { failure = "\(what), at \(now.milliseconds), under \(policy), \(schedule.algorithms)" }
    }

    func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
        if !holds { fail(what()) }
    }
}

/// Takes its time for a key, while the world goes on.
private struct DiceExecutor: CPUExecutor {
    let whileGenerating: @Sendable () async -> Void

    func run<Result: Sendable>(
        on lane: CPULane, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        if lane == .generate { await whileGenerating() }
        return try work()
    }
}
