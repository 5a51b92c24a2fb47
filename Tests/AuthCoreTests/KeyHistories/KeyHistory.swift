import AuthCore
import AuthTestSupport

/// A random history of a server's keys: what happens to them, and the books that say whether all went well.
///
/// The store is `keys`; one or two processes act on it, each with a ring that is as old as its last look at the store,
/// as ``KeyRotationLoop`` and ``TokenIssuer`` do it. Verifiers cache the JWK Set for exactly as long as they are told.
struct KeyHistory {
    /// What a process knows since it last looked.
    struct Process {
        var ring: Ring?
        /// The JWK Set as it was served last; a process that was started again has served nothing.
        var lookedAt: Timestamp?
        var promises: [KeyID: Timestamp] = [:]
        /// Keys it is still generating.
        var isGenerating = false
    }

    struct Ring {
        let active: KeyID
        let set: Set<KeyID>
        let setChangesAt: Timestamp?
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

    var generator: SeededGenerator
    let policy: KeyPolicy
    let schedule: KeySchedule
    let mayRevoke: Bool
    var now: Timestamp
    var keys: [KeyLifecycle] = []
    var lastID: Int64 = 0
    var processes: [Process]
    var tokens: [Token] = []
    var verifiers = [Cache](repeating: Cache(), count: 3)
    var counts = Counts()
    /// The first thing that went wrong.
    var failure: String?

    /// When each key came into the store.
    var birth: [KeyID: Timestamp] = [:]
    /// When each key began to sign.
    var start: [KeyID: Timestamp] = [:]
    /// The earliest moment at which each successor's time may have come: its predecessor's planned end, or a wish.
    var mayActivateFrom: [KeyID: Timestamp] = [:]
    var revoked: Set<KeyID> = []
    /// Keys that had to sign before verifiers could know them, and since when they did: only ever after a revocation.
    var early: [KeyID: Timestamp] = [:]

    init(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        policy = Self.randomPolicy(&generator)
        schedule = KeySchedule(policy: policy)
        mayRevoke = Bool.random(using: &generator)
        now = Sample.now + .milliseconds(Int64.random(in: 0...86_400_000, using: &generator))
        processes = Array(repeating: Process(), count: Int.random(in: 1...2, using: &generator))
        self.generator = generator
    }

    /// Any policy that a start would accept: from seconds to weeks, many at the very edge of what is accepted.
    private static func randomPolicy(_ generator: inout SeededGenerator) -> KeyPolicy {
        func seconds(_ range: ClosedRange<Int64>) -> Duration { .seconds(Int64.random(in: range, using: &generator)) }
        func surplus() -> Duration {
            switch Int.random(in: 0..<3, using: &generator) {
            case 0: .zero
            case 1: seconds(0...10)
            default: seconds(0...100_000)
            }
        }
        let isQuick = Bool.random(using: &generator)
        let maxAge = isQuick ? seconds(1...3) : seconds(1...3_600)
        let skew = isQuick ? seconds(0...2) : seconds(0...300)
        let lifetime = isQuick ? seconds(1...5) : seconds(1...86_400)
        let ahead = maxAge * 2 + skew + surplus()
        return KeyPolicy(
            activePeriod: max(ahead, lifetime + skew) + surplus(), publishAhead: ahead, maxAge: maxAge,
            tokenLifetime: lifetime, clockSkew: skew)
    }

    /// How far a promise reaches beyond the token that needs it, as TokenIssuer has it.
    var stretch: Duration { max(.seconds(1), min(.seconds(60), policy.tokenLifetime / 2)) }

    mutating func fail(_ what: String) {
        if failure == nil { failure = "\(what), at \(now.milliseconds), under \(policy)" }
    }

    mutating func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
        if !holds { fail(what()) }
    }

    mutating func random(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    /// A span up to `limit`; often short, sometimes all of it.
    mutating func span(upTo limit: Duration) -> Duration {
        let most = max(0, limit.milliseconds)
        return .milliseconds(chance(10) ? most : random(0...most))
    }
}
