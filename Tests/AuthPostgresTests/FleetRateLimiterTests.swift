import AuthCore
import AuthPostgres
import AuthTestSupport
import Testing

@Suite("FleetRateLimiter", .enabled(if: TestPostgres.isThere, TestPostgres.missing)) struct FleetRateLimiterTests {
    private let schema: TemporarySchema
    private let time = SystemTimeSource()

    init() throws { schema = try TemporarySchema() }

    private func limiter(_ store: PostgresStore, _ limit: RateLimit) -> FleetRateLimiter {
        FleetRateLimiter(limit: limit, store: store, own: SlidingWindowLimiter(limit: limit, time: time), time: time)
    }

    private static let client = RateLimitKey(high: 0, low: 7)

    @Test("of many requests at once at two servers as many are admitted as at one") func exact() async throws {
        let stores = [try PostgresStore(try schema.address), try PostgresStore(try schema.address)]
        defer { for store in stores { store.close() } }
        let limit = RateLimit(limit: 10, window: .seconds(60))
        let limiters = stores.map { limiter($0, limit) }
        let refusals = await StoreLaw.inParallel(200) { number in
            await limiters[number % 2].refusal(for: Self.client)
        }
        #expect(refusals.count { $0 == nil } == 10)
        #expect(refusals.compactMap { $0 }.allSatisfy { $0.retryAfter > .seconds(50) && $0.retryAfter <= .seconds(60) })
        // Another client, and another limit, are counted apart.
        #expect(await limiters[0].refusal(for: RateLimitKey(high: 1, low: 7)) == nil)
        let other = limiter(stores[0], RateLimit(limit: 10, window: .seconds(60), name: "register"))
        #expect(await other.refusal(for: Self.client) == nil)
    }

    @Test("in no stretch of a window are more admitted, and a refusal lengthens nothing", .timeLimit(.minutes(1)))
    func sliding() async throws {
        let stores = [try PostgresStore(try schema.address), try PostgresStore(try schema.address)]
        defer { for store in stores { store.close() } }
        let limiters = stores.map { limiter($0, RateLimit(limit: 5, window: .milliseconds(400))) }
        let time = self.time
        // Between which two moments each request was admitted.
        let admitted = await withTaskGroup(of: [(before: Duration, after: Duration)].self) { group in
            for number in 0..<4 {
                group.addTask {
                    var admitted: [(before: Duration, after: Duration)] = []
                    while admitted.count < 6 {
                        let before = time.uptime
                        let refusal = await limiters[number % 2].refusal(for: Self.client)
                        if refusal == nil { admitted.append((before, time.uptime)) }
                        try? await Task.sleep(for: .milliseconds(3))
                    }
                    return admitted
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        let (befores, afters) = (admitted.map(\.before).sorted(), admitted.map(\.after).sorted())
        // The sixth of any six came a window after the first, by clocks that may differ a little.
        for (first, sixth) in zip(befores, afters.dropFirst(5)) { #expect(sixth - first > .milliseconds(390)) }
    }

    @Test("without a database the server's own window applies, with what it knew") func fallback() async throws {
        let store = try PostgresStore(try schema.address)
        let limiter = limiter(store, RateLimit(limit: 3, window: .seconds(60)))
        #expect(await limiter.refusal(for: Self.client) == nil)
        store.close()
        #expect(await limiter.refusal(for: Self.client) == nil)
        #expect(await limiter.refusal(for: Self.client) == nil)
        #expect(await limiter.refusal(for: Self.client) != nil)
    }
}
