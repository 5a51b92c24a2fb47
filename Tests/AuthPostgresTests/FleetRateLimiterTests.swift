import AuthCore
import AuthPostgres
import AuthTestSupport
import Synchronization
import Testing

@Suite("FleetRateLimiter", .enabled(if: TestPostgres.isThere, TestPostgres.missing)) struct FleetRateLimiterTests {
    private let schema: TemporarySchema
    private let time = SystemTimeSource()

    init() throws { schema = try TemporarySchema() }

    private func limiter(_ store: PostgresStore, _ limit: RateLimit) -> FleetRateLimiter {
        // Patient, because all the other tests run beside this one.
        FleetRateLimiter(
            limit: limit, store: store, own: SlidingWindowLimiter(limit: limit, time: time), timeout: .seconds(30),
            time: time)
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
        let begun = time.uptime
        let admitted = Count()
        await withTaskGroup { group in
            for number in 0..<4 {
                group.addTask {
                    // For seven windows, and on a busy machine until there was enough to judge.
                    while time.uptime < begun + .seconds(3) || admitted.value < 10 {
                        if await limiters[number % 2].refusal(for: Self.client) == nil {
                            admitted.increment()
                        }
                        try? await Task.sleep(for: .milliseconds(3))
                    }
                }
            }
        }
        let windows = (time.uptime - begun).milliseconds / 400 + 1
        #expect(admitted.value <= 5 * windows, "in \(windows) windows")
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

/// A number that several tasks count up.
private final class Count: Sendable {
    private let state = Mutex(0)

    var value: Int { state.withLock { $0 } }

    func increment() { state.withLock { $0 += 1 } }
}
