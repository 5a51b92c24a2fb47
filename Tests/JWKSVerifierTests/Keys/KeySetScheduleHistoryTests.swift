import JWKSVerifier
import Testing

/// What holds whatever happens in whatever order. The dice drive the schedule itself; this keeps only what an observer sees.
@Suite("KeySetSchedule, random histories") struct KeySetScheduleHistoryTests {
    private struct Observer {
        let policy = KeySetScheduleTests.policy
        var schedule = KeySetSchedule(KeySetScheduleTests.policy)
        var isRunning = false
        var fetches: [Duration] = []
        var lastFailure: Duration?
        var failures = 0
        var freshUntil: Duration?

        mutating func look(isKnown: Bool, at now: Duration) {
            let decision = schedule.decide(.lookup(isKnown: isKnown), at: now)
            if decision.startsFetch {
                #expect(!isRunning, "V14: two fetches at once")
                if let lastFailure {
                    #expect(now >= lastFailure + policy.pause(afterFailures: failures, jitter: 1), "V21: too soon")
                }
                isRunning = true
                fetches.append(now)
            }
            #expect(schedule.runningSince != nil || !isRunning)
            let isFresh = freshUntil.map { now < $0 } ?? false
            switch decision.answer {
            case .use(let isStale):
                #expect(isKnown, "a key that is not there is used")
                #expect(isStale == !isFresh)
                if isStale, let freshUntil {
                    #expect(now < freshUntil + policy.staleIfError, "V19: used for more than an hour")
                    #expect(failures > 0, "V20: out of date without a failure")
                }
            case .refuse: #expect(!isKnown && isFresh && failures == 0, "V22: refused while nobody can say")
            case .wait: #expect(isRunning && !(isKnown && isFresh), "V12: waits though there is a fresh key")
            case .unavailable(let retryAfter):
                #expect(!(isKnown && isFresh) && failures > 0)
                #expect(retryAfter >= .zero && retryAfter <= .seconds(30))
            case nil: Issue.record("a lookup without an answer")
            }
        }

        mutating func finish(succeeds: Bool, lifetime: Duration, jitter: Double, at now: Duration) {
            guard isRunning, let begin = fetches.last else { return }
            isRunning = false
            if succeeds {
                (failures, lastFailure, freshUntil) = (0, nil, begin + lifetime)
                _ = schedule.decide(.succeeded(lifetime: lifetime), at: now)
            } else {
                (failures, lastFailure) = (failures + 1, now)
                _ = schedule.decide(.failed(jitter: jitter), at: now)
            }
        }
    }

    @Test("keep V12, V14, V15, V17, V19 to V22", arguments: 0..<200 as Range<UInt64>) func random(_ seed: UInt64) {
        var dice = SplitMix(seed: seed)
        var observer = Observer()
        var now: Duration = .seconds(100)
        let isUp = Double.random(in: 0...1, using: &dice)
        for _ in 0..<2_000 {
            now += .milliseconds(Int64(pow2(Int.random(in: 0...22, using: &dice))))
            if Bool.random(using: &dice) {
                observer.finish(
                    succeeds: Double.random(in: 0...1, using: &dice) < isUp,
                    lifetime: .seconds(Int64.random(in: 30...3_000, using: &dice)),
                    jitter: Double.random(in: 0...1, using: &dice), at: now)
            }
            observer.look(isKnown: Bool.random(using: &dice), at: now)
        }
    }

    @Test("V17: an issuer that is up is asked at most three times in any minute of unknown kids")
    func unknownKids() {
        var observer = Observer()
        for step in 0..<60_000 {
            let now: Duration = .seconds(100) + .milliseconds(step * 10)
            observer.look(isKnown: false, at: now)
            observer.finish(succeeds: true, lifetime: .seconds(300), jitter: 0, at: now)
        }
        for (index, begin) in observer.fetches.enumerated() {
            #expect(observer.fetches[index...].prefix { $0 < begin + .seconds(60) }.count <= 3)
        }
        #expect(observer.fetches.count == 20)
    }

    private func pow2(_ exponent: Int) -> Int { 1 << exponent }
}

/// Dice whose throws are the same for the same seed.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
