import AuthCore
import AuthSodium
import AuthTestSupport
import Synchronization
import Testing

/// A clock that stands still but for one long moment: the third time that someone asks.
private final class StumblingTimeSource: TimeSource {
    private let readings = Atomic(0)

    var now: Timestamp { Timestamp(seconds: 1_800_000_000) }
    var uptime: Duration {
        readings.wrappingAdd(1, ordering: .sequentiallyConsistent).newValue < 3 ? .zero : .seconds(60)
    }
}

/// Why a caller was sent away, if it was.
private final class Refusal: Sendable {
    private let state = Mutex<(any Error)?>(nil)

    var error: (any Error)? { state.withLock { $0 } }

    func note(_ error: any Error) { state.withLock { $0 = error } }
}

@Suite("Who is let into the queue for a hash", .timeLimit(.minutes(1)))
struct HashingAdmissionTests {
    private let latch = Latch()

    /// A pool with one thread, where a hash may wait for 50 ms.
    private func make() -> (WorkerPool, SodiumPasswordHasher) {
        let pool = WorkerPool(threads: 1, deadline: .milliseconds(50), time: ManualTimeSource())
        return (pool, SodiumPasswordHasher(parameters: .init(memoryKiB: 64, passes: 1), pool: pool))
    }

    /// Hands in hashes, one after the other, until one is refused while the thread is still busy.
    private func fill(_ pool: WorkerPool, _ hasher: SodiumPasswordHasher) async throws -> [Task<
        PasswordHash, any Error
    >] {
        var queued: [Task<PasswordHash, any Error>] = []
        while true {
            let refusal = Refusal()
            let task = Task {
                do { return try await hasher.hash(Secret("password123")) } catch {
                    refusal.note(error)
                    throw error
                }
            }
            let length = queued.count + 1
            try await eventually { pool.queueLength == length || refusal.error != nil }
            if let error = refusal.error {
                #expect(error as? AuthError == .overloaded(retryAfter: .milliseconds(50)))
                return queued
            }
            queued.append(task)
        }
    }

    @Test("a queue that cannot be served in time takes no one else, at once")
    func foreseeable() async throws {
        // A hash is taken to last 20 ms before one was measured: two or three fit into 50 ms, and the one being made.
        let (pool, hasher) = make()
        let blocker = try await keepBusy(pool, until: latch)
        let queued = try await fill(pool, hasher)
        #expect((2...3).contains(queued.count))
        #expect(pool.queueLength == queued.count)
        latch.open()
        try await blocker.value
        for hash in queued { _ = try await hash.value }
        #expect(pool.queueLength == 0)
    }

    @Test("a caller who is cancelled gives its place to another")
    func cancelled() async throws {
        let (pool, hasher) = make()
        let blocker = try await keepBusy(pool, until: latch)
        var queued = try await fill(pool, hasher)
        let impatient = queued.removeFirst()
        impatient.cancel()
        // It learns so while the thread is still busy.
        await #expect(throws: CancellationError.self) { try await impatient.value }
        let length = queued.count
        #expect(pool.queueLength == length)

        queued.append(Task { try await hasher.hash(Secret("password123")) })
        try await eventually { pool.queueLength == length + 1 }
        latch.open()
        try await blocker.value
        for hash in queued { _ = try await hash.value }
        #expect(pool.queueLength == 0)
    }

    @Test("one hash that took a minute does not close the pool to all that come after", arguments: [1, 2])
    func recovers(threads: Int) async throws {
        // Asked for by the first hash when it is handed in, when it begins and when it ends: the machine was suspended.
        let pool = WorkerPool(threads: threads, deadline: .seconds(2), time: StumblingTimeSource())
        let hasher = SodiumPasswordHasher(parameters: .init(memoryKiB: 64, passes: 1), pool: pool)
        _ = try await hasher.hash(Secret("password123"))
        // Every thread has done with it when it takes the next job.
        for _ in 0..<threads { try await pool.ask {} }
        // Now nobody else waits and every thread is free.
        await #expect(throws: Never.self) { try await hasher.hash(Secret("password123")) }
    }
}
