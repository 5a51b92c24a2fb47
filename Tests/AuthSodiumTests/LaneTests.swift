import AuthCore
import AuthSodium
import AuthTestSupport
import Glibc
import Testing

/// Who waits for whom, on a pool with one hashing thread: whatever is said to last is kept up by a latch.
@Suite("The lanes of the worker pool", .timeLimit(.minutes(1)))
struct LaneTests {
    private let time = ManualTimeSource()
    private let latch = Latch()

    private func make(idleAfter: Duration = .seconds(60)) -> (WorkerPool, SodiumPasswordHasher) {
        let pool = WorkerPool(threads: 1, deadline: .seconds(2), idleAfter: idleAfter, time: time)
        return (pool, SodiumPasswordHasher(parameters: .init(memoryKiB: 64, passes: 1), pool: pool))
    }

    @Test("a key being made holds up neither a hash nor a signature")
    func generationHoldsNothingUp() async throws {
        let (pool, hasher) = make()
        let generation = try await keepBusy(pool, .generate, until: latch)
        async let queued = pool.run(on: .generate) { "a second key" }
        try await eventually { pool.queueLength == 1 }
        let hash = try await hasher.hash(Secret("password123"))
        #expect(try await hasher.verify(Secret("password123"), against: hash))
        #expect(try await pool.run(on: .sign) { "a signature" } == "a signature")
        latch.open()
        try await generation.value
        #expect(try await queued == "a second key")
    }

    @Test("keys to make take no hash its place in the queue")
    func generationTakesNoPlace() async throws {
        let (pool, hasher) = make()
        let generation = try await keepBusy(pool, .generate, until: latch)
        // At 20 ms each, five times what may wait before a hash.
        let queued = (0..<500).map { _ in Task { try await pool.run(on: .generate) {} } }
        try await eventually { pool.queueLength == 500 }
        await #expect(throws: Never.self) { try await hasher.hash(Secret("password123")) }
        latch.open()
        try await generation.value
        for job in queued { try await job.value }
    }

    @Test("a key is made however many hashes wait")
    func generationIsNotStarved() async throws {
        let (pool, hasher) = make()
        let blocker = try await keepBusy(pool, until: latch)
        let hashes = (0..<50).map { _ in Task { try await hasher.hash(Secret("password123")) } }
        try await eventually { pool.queueLength == 50 }
        #expect(try await pool.run(on: .generate) { pool.queueLength } == 50)
        latch.open()
        try await blocker.value
        for hash in hashes { _ = try await hash.value }
    }

    @Test("a signature waits for no hash, and takes none its place")
    func signatureBesideHashes() async throws {
        let (pool, hasher) = make()
        let blocker = try await keepBusy(pool, until: latch)
        let hashes = (0..<3).map { _ in Task { try await hasher.hash(Secret("password123")) } }
        try await eventually { pool.queueLength == 3 }
        #expect(try await pool.run(on: .sign) { pool.hashQueueLength } == 3)
        latch.open()
        try await blocker.value
        for hash in hashes { _ = try await hash.value }
    }

    @Test("signatures are no nicer than what a start waits for; hashes are nicer, and keys nicer than these")
    func niceness() async throws {
        let (pool, _) = make()
        @Sendable func niceness() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
        let ofSignatures = try await pool.run(on: .sign) { niceness() }
        let ofKeys = try await pool.run(on: .generate) { niceness() }
        let atStart = try await pool.run(on: .start) { niceness() }
        let ofHashes = try await pool.ask { niceness() }
        #expect(atStart == ofSignatures)
        #expect(ofSignatures < ofHashes)
        #expect(ofHashes < ofKeys)
    }

    @Test("a caller who is cancelled waits no more for its key")
    func cancelled() async throws {
        let (pool, _) = make()
        let generation = try await keepBusy(pool, .generate, until: latch)
        let impatient = Task { try await pool.run(on: .generate) { Issue.record("nobody waits for it") } }
        try await eventually { pool.queueLength == 1 }
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        #expect(pool.queueLength == 0)
        latch.open()
        try await generation.value
        #expect(try await pool.run(on: .generate) { "still there" } == "still there")
    }

    @Test("there is a thread for keys only while there are keys to make")
    func threadsEnd() async throws {
        let (pool, _) = make(idleAfter: .zero)
        #expect(pool.generatingThreads == 0)
        for _ in 0..<3 {
            #expect(try await pool.run(on: .generate) { pool.generatingThreads } == 1)
            try await eventually { pool.generatingThreads == 0 }
        }
    }

    @Test("no key is forgotten by a thread that is about to end")
    func noneForgotten() async throws {
        // It ends after each key: the next one comes before, while or after it does.
        let pool = WorkerPool(threads: 2, deadline: .seconds(2), idleAfter: .zero, time: time)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask { for _ in 0..<500 { try await pool.run(on: .generate) {} } }
            }
            try await group.waitForAll()
        }
        #expect(pool.queueLength == 0)
        try await eventually { pool.generatingThreads == 0 }
    }
}
