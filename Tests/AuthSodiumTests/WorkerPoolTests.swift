import AuthCore
import AuthSodium
import AuthTestSupport
import Synchronization
import Testing

/// Counts who is inside, and how many ever were at once.
private final class Occupancy: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var now: Int { state.withLock { $0.now } }
    var most: Int { state.withLock { $0.most } }

    func enter() {
        state.withLock { state in
            state.now += 1
            state.most = max(state.most, state.now)
        }
    }

    func leave() { state.withLock { $0.now -= 1 } }
}

/// Numbers in the order in which they came.
private final class Record: Sendable {
    private let state = Mutex<[Int]>([])

    var numbers: [Int] { state.withLock { $0 } }

    func append(_ number: Int) { state.withLock { $0.append(number) } }
}

@Suite("The worker pool", .timeLimit(.minutes(1)))
struct WorkerPoolTests {
    private struct Failure: Error, Equatable {}

    private func pool(threads: Int = 1) -> WorkerPool {
        WorkerPool(threads: threads, deadline: .seconds(2), time: ManualTimeSource())
    }

    @Test(
        "runs as many jobs at once as it has threads, and never more", arguments: [1, 2, 3], [CPULane.sign, .generate])
    func bounded(threads: Int, lane: CPULane) async throws {
        let pool = pool(threads: threads)
        let latch = Latch()
        let occupancy = Occupancy()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 * threads {
                group.addTask {
                    try await pool.run(on: lane) {
                        occupancy.enter()
                        latch.pass()
                        occupancy.leave()
                    }
                }
            }
            try await eventually { occupancy.now == threads && pool.queueLength == 3 * threads }
            latch.open()
            try await group.waitForAll()
        }
        #expect(occupancy.most == threads)
        #expect(pool.queueLength == 0)
    }

    @Test("hands on what the job returns and what it throws", arguments: [CPULane.sign, .generate])
    func outcome(lane: CPULane) async throws {
        let pool = pool()
        #expect(try await pool.run(on: lane) { 42 } == 42)
        await #expect(throws: Failure()) { try await pool.run(on: lane) { throw Failure() } }
        #expect(try await pool.run(on: lane) { "still there" } == "still there")
    }

    // Six hundred: more than the queue keeps before it lets go of the places that were served.
    @Test("serves in the order of arrival", arguments: [3, 600], [CPULane.sign, .generate])
    func fifo(count: Int, lane: CPULane) async throws {
        let pool = pool()
        let latch = Latch()
        let served = Record()
        let blocker = try await keepBusy(pool, lane, until: latch)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<count {
                group.addTask { try await pool.run(on: lane) { served.append(number) } }
                try await eventually { pool.queueLength == number + 1 }
            }
            latch.open()
            try await group.waitForAll()
        }
        try await blocker.value
        #expect(served.numbers == Array(0..<count))
    }

    @Test("a question to the hashing threads has no deadline")
    func noDeadline() async throws {
        let time = ManualTimeSource()
        let pool = WorkerPool(threads: 1, deadline: .seconds(2), time: time)
        let latch = Latch()
        let blocker = try await keepBusy(pool, until: latch)
        async let second = pool.ask { "done" }
        try await eventually { pool.queueLength == 1 }
        time.advance(by: .seconds(86_400))
        latch.open()
        try await blocker.value
        #expect(try await second == "done")
    }

    @Test(
        "a job that has begun is finished, whether its caller is cancelled or not",
        arguments: [CPULane.sign, .generate])
    func finishesWhatHasBegun(lane: CPULane) async throws {
        let pool = pool()
        let latch = Latch()
        let job = try await keepBusy(pool, lane, until: latch)
        job.cancel()
        latch.open()
        await #expect(throws: Never.self) { try await job.value }
    }
}
