import AuthCore
import AuthSodium
import AuthTestSupport
import Synchronization
import Testing

/// The bounded queue in front of the hashes, with the only thread kept busy by a latch.
@Suite("Hashing under load", .timeLimit(.minutes(1)))
struct HashingDeadlineTests {
    private let time = ManualTimeSource()
    private let latch = Latch()

    private func make(deadline: Duration) -> (WorkerPool, SodiumPasswordHasher) {
        let pool = WorkerPool(threads: 1, deadline: deadline, time: time)
        return (pool, SodiumPasswordHasher(parameters: .init(memoryKiB: 64, passes: 1), pool: pool))
    }

    @Test("a hash that waited as long as it may is still made", arguments: [Duration.zero, .seconds(1), .seconds(2)])
    func inTime(waited: Duration) async throws {
        let (pool, hasher) = make(deadline: .seconds(2))
        let blocker = try await keepBusy(pool, until: latch)
        async let hash = hasher.hash(Secret("password123"))
        try await eventually { pool.queueLength == 1 }
        time.advance(by: waited)
        latch.open()
        try await blocker.value
        #expect(try await hash.phcString.hasPrefix("$argon2id$"))
    }

    @Test("it is told how long each hash waited that was begun, and of nothing else")
    func waits() async throws {
        let waits = Mutex<[Duration]>([])
        let pool = WorkerPool(threads: 1, deadline: .seconds(2), time: time) { wait in
            waits.withLock { $0.append(wait) }
        }
        let hasher = SodiumPasswordHasher(parameters: .init(memoryKiB: 64, passes: 1), pool: pool)
        let blocker = try await keepBusy(pool, until: latch)
        let late = Task { try await hasher.hash(Secret("late")) }
        try await eventually { pool.hashQueueLength == 1 }
        time.advance(by: .milliseconds(1_500))
        let inTime = Task { try await hasher.hash(Secret("in time")) }
        try await eventually { pool.hashQueueLength == 2 }
        time.advance(by: .milliseconds(700))
        latch.open()
        try await blocker.value
        await #expect(throws: AuthError.self) { try await late.value }
        _ = try await inTime.value
        #expect(waits.withLock { $0 } == [.milliseconds(700)])
        #expect(pool.hashQueueLength == 0)
    }

    @Test("one that waited longer is refused", arguments: [Duration.milliseconds(2_001), .seconds(60)])
    func late(waited: Duration) async throws {
        let (pool, hasher) = make(deadline: .seconds(2))
        let blocker = try await keepBusy(pool, until: latch)
        let hash = Task { try await hasher.hash(Secret("password123")) }
        try await eventually { pool.queueLength == 1 }
        time.advance(by: waited)
        latch.open()
        try await blocker.value
        await #expect(throws: AuthError.overloaded(retryAfter: .seconds(2))) { try await hash.value }
        try await eventually { pool.queueLength == 0 }
    }

    @Test("a caller who was cancelled before costs nothing")
    func cancelledBefore() async throws {
        let (pool, hasher) = make(deadline: .seconds(2))
        let blocker = try await keepBusy(pool, until: latch)
        let gone = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await hasher.hash(Secret("password123"))
        }
        await #expect(throws: CancellationError.self) { try await gone.value }
        #expect(pool.queueLength == 0)
        latch.open()
        try await blocker.value
    }

    @Test("a hundred cancelled callers leave the queue as it was")
    func manyCancelled() async throws {
        let (pool, hasher) = make(deadline: .seconds(60))
        let blocker = try await keepBusy(pool, until: latch)
        let callers = (0..<100).map { _ in Task { try await hasher.hash(Secret("password123")) } }
        try await eventually { pool.queueLength == 100 }
        for caller in callers { caller.cancel() }
        for caller in callers { _ = await caller.result }
        #expect(pool.queueLength == 0)
        latch.open()
        try await blocker.value
        #expect(try await hasher.hash(Secret("password123")).phcString.hasPrefix("$argon2id$"))
    }
}
