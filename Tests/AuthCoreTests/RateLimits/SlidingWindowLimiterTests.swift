import AuthCore
import AuthTestSupport
import Testing

@Suite("SlidingWindowLimiter") struct SlidingWindowLimiterTests {
    private let time = ManualTimeSource()
    private let tenASecond = RateLimit(limit: 10, window: .seconds(1))

    @Test("of 100 parallel requests admits exactly 10") func parallel() async {
        let limiter = SlidingWindowLimiter(limit: tenASecond, time: time)
        let admitted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<100 { group.addTask { limiter.refusal(for: client(1)) == nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(admitted == 10)
    }

    @Test("says how long to wait, and admits then") func wait() {
        let limiter = SlidingWindowLimiter(limit: tenASecond, time: time)
        for _ in 0..<10 {
            #expect(limiter.refusal(for: client(1)) == nil)
            time.advance(by: .milliseconds(50))
        }
        #expect(
            limiter.refusal(for: client(1)) == RateLimitRefusal(limit: tenASecond, retryAfter: .milliseconds(500)))
        time.advance(by: .milliseconds(500) - .nanoseconds(1))
        #expect(limiter.refusal(for: client(1))?.retryAfter == .nanoseconds(1))
        time.advance(by: .nanoseconds(1))
        #expect(limiter.refusal(for: client(1)) == nil)
        #expect(limiter.refusal(for: client(1)) != nil)
    }

    @Test("counts each client for itself, by both halves of its key") func clients() {
        let limiter = SlidingWindowLimiter(limit: RateLimit(limit: 1, window: .seconds(1)), time: time)
        let keys = [(1, 1), (1, 2), (2, 1), (2, 2), (0, 0)].map { RateLimitKey(high: $0.0, low: $0.1) }
        for key in keys { #expect(limiter.refusal(for: key) == nil) }
        for key in keys { #expect(limiter.refusal(for: key) != nil) }
    }

    @Test("goes by the clock that no one can set") func wallClockIsIgnored() {
        let limiter = SlidingWindowLimiter(limit: RateLimit(limit: 1, window: .seconds(1)), time: time)
        #expect(limiter.refusal(for: client(1)) == nil)
        time.jump(by: .seconds(3_600))
        #expect(limiter.refusal(for: client(1)) != nil)
        time.jump(by: .seconds(-7_200))
        time.advance(by: .seconds(1))
        #expect(limiter.refusal(for: client(1)) == nil)
    }

    @Test("admits everyone when the limit is 0") func off() {
        let limiter = SlidingWindowLimiter(limit: RateLimit(limit: 0, window: .seconds(1)), time: time)
        for _ in 0..<1_000 { #expect(limiter.refusal(for: client(1)) == nil) }
        #expect(limiter.trackedClients == 0)
    }

    @Test("a million addresses cost bounded memory and free no offender") func flood() {
        let capacity = 1_000
        let limiter = SlidingWindowLimiter(limit: tenASecond, capacity: capacity, time: time)
        for _ in 0..<10 { #expect(limiter.refusal(for: client(0)) == nil) }
        var mostTracked = 0
        var freed = 0
        for number in UInt64(1)...1_000_000 {
            _ = limiter.refusal(for: client(number))
            if number.isMultiple(of: 1_000) {
                // 999 µs in all: the offender's window is never over.
                time.advance(by: .microseconds(999))
                mostTracked = max(mostTracked, limiter.trackedClients)
                if limiter.refusal(for: client(0)) == nil { freed += 1 }
            }
        }
        #expect(mostTracked <= capacity)
        #expect(freed == 0)
        time.advance(by: .seconds(1))
        #expect(limiter.refusal(for: client(0)) == nil)
    }

    @Test("32,768 tracked clients and a flood of 24,000 requests a second refuse no quiet newcomer") func newcomers() {
        let limiter = SlidingWindowLimiter(limit: tenASecond, time: time)
        for number in UInt64(0)..<32_768 { _ = limiter.refusal(for: client(number)) }
        for number in UInt64(40_000)..<64_000 { _ = limiter.refusal(for: client(number)) }
        #expect(limiter.trackedClients == SlidingWindowLimiter.defaultCapacity)
        let refused = (UInt64(1_000_000)..<1_000_300).count { limiter.refusal(for: client($0)) != nil }
        #expect(refused == 0)
    }

    @Test("forgets clients whose window is over when it needs their place") func sweep() {
        let limiter = SlidingWindowLimiter(limit: tenASecond, capacity: 100, time: time)
        for number in UInt64(0)..<100 { _ = limiter.refusal(for: client(number)) }
        time.advance(by: .seconds(1))
        _ = limiter.refusal(for: client(1_000))
        #expect(limiter.trackedClients == 1)
    }

    @Test("a newcomer to a full table is limited too, and is when a place becomes free") func overflow() {
        let limiter = SlidingWindowLimiter(limit: tenASecond, capacity: 1, time: time)
        func admitted(of requests: Int) -> Int {
            (0..<requests).count { _ in limiter.refusal(for: client(2)) == nil }
        }
        #expect(limiter.refusal(for: client(1)) == nil)
        time.advance(by: .milliseconds(100))
        #expect(admitted(of: 1) == 1)
        // The first client's window is over, but its place is not free before the next sweep, at 1.1 s.
        time.advance(by: .milliseconds(950))
        let withoutPlace = admitted(of: 20)
        time.advance(by: .milliseconds(50))
        let withPlace = admitted(of: 20)
        #expect(withoutPlace == 9)
        #expect(withoutPlace + withPlace <= 10, "\(withoutPlace) and then \(withPlace) within 50 ms")
    }

    private func client(_ number: UInt64) -> RateLimitKey { RateLimitKey(high: 0, low: number) }
}
