import AuthCore
import AuthSodium
import AuthTestSupport
import Glibc
import Synchronization
import Testing

/// A clock that shows the CPU time of the thread that asks, and keeps what it showed to each of the pool's threads:
/// how much a job cost there, whatever else the machine was doing.
private final class ProcessorTime: TimeSource {
    private let readings = Mutex<[UInt: [Duration]]>([:])

    var now: Timestamp { Timestamp(seconds: 1_800_000_000) }

    var uptime: Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        let reading = Duration.seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
        readings.withLock { $0[pthread_self(), default: []].append(reading) }
        return reading
    }

    /// The costs of the first jobs of a pool with one thread: that thread reads the clock before and after each, and so
    /// more often than any other.
    func costs(ofJobs count: Int) -> [Duration]? {
        readings.withLock { readings in
            guard let times = readings.values.max(by: { $0.count < $1.count }), times.count >= 2 * count else {
                return nil
            }
            return (0..<count).map { times[2 * $0 + 1] - times[2 * $0] }
        }
    }
}

@Suite("A password of an unknown user", .timeLimit(.minutes(1)))
struct UnknownUserTests {
    private let parameters = Argon2id.Parameters(memoryKiB: 19_456, passes: 2)

    @Test("never fits", arguments: ["", "password123", "before\u{0}after"])
    func neverFits(password: String) async throws {
        let hasher = SodiumPasswordHasher(
            parameters: Argon2id.Parameters(memoryKiB: 64, passes: 1),
            pool: WorkerPool(threads: 1, deadline: .seconds(60), time: ManualTimeSource()))
        #expect(try await !hasher.verify(Secret(password), against: nil))
    }

    @Test("waits in the same queue as any other")
    func waits() async throws {
        let time = ManualTimeSource()
        let pool = WorkerPool(threads: 1, deadline: .seconds(2), time: time)
        let hasher = SodiumPasswordHasher(parameters: parameters, pool: pool)
        let latch = Latch()
        let blocker = try await keepBusy(pool, until: latch)
        let answer = Task { try await hasher.verify(Secret("password123"), against: nil) }
        try await eventually { pool.queueLength == 1 }
        time.advance(by: .seconds(3))
        latch.open()
        try await blocker.value
        await #expect(throws: AuthError.overloaded(retryAfter: .seconds(2))) { try await answer.value }
    }

    @Test(
        "costs as much work as one of a known user, and so does one whose hash cannot be read",
        arguments: [nil, PasswordHash(phcString: "$argon2id$v=19$m=19456,t=2,p=1$AAAA$damaged")])
    func costs(_ hash: PasswordHash?) async throws {
        let time = ProcessorTime()
        let hasher = SodiumPasswordHasher(
            parameters: parameters, pool: WorkerPool(threads: 1, deadline: .seconds(60), time: time))
        let known = try await hasher.hash(Secret("password123"))
        // Each several times: the least of them is what the work itself costs.
        let rounds = 5
        for _ in 0..<rounds {
            _ = try await hasher.verify(Secret("password124"), against: known)
            _ = try await hasher.verify(Secret("password124"), against: hash)
        }
        // One more, so that the last reading of the one before is in.
        _ = try await hasher.verify(Secret("password124"), against: known)
        let costs = try #require(time.costs(ofJobs: 1 + 2 * rounds))
        let ofKnown = try #require((0..<rounds).map { costs[1 + 2 * $0] }.min())
        let ofUnknown = try #require((0..<rounds).map { costs[2 + 2 * $0] }.min())
        #expect(ofUnknown > ofKnown / 2)
        #expect(ofUnknown < ofKnown * 2)
    }
}
