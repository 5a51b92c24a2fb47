import AuthCore
import AuthSodium
import AuthTestSupport
import Synchronization
import Testing

/// What became of the callers.
private final class Outcome: Sendable {
    private let state = Mutex<(waits: [Duration], answers: Int)>(([], 0))

    /// How long each waited that was served, in the order in which their hashes began.
    var waits: [Duration] { state.withLock { $0.waits } }
    /// How many are no longer waiting, whatever they got.
    var answers: Int { state.withLock { $0.answers } }

    func noteBegin(after wait: Duration) { state.withLock { $0.waits.append(wait) } }
    func noteAnswer() { state.withLock { $0.answers += 1 } }
}

@Suite("Who gets a hash where too many want one", .timeLimit(.minutes(1)))
struct FairShareTests {
    private let latch = Latch()
    private let time = ManualTimeSource()
    private let pool: WorkerPool
    private let outcome = Outcome()

    init() {
        pool = WorkerPool(threads: 1, deadline: .seconds(2), time: time, hashWaited: outcome.noteBegin)
    }

    private func share(_ kind: HashShare.Kind, _ address: UInt32, doubt: Int = 0) -> HashShare {
        HashShare(kind, from: IPAddress(ipv4: address), doubt: doubt)
    }

    private struct Caller: Sendable {
        let name: String
        let share: HashShare
    }

    /// Hands the callers in one after the other, each a millisecond later, while the only thread is busy, then lets it go.
    /// - Returns: the names of those that were served, in the order in which their hashes began: how long each waited tells
    ///   which it was. When their tasks went on would be another order, on a busy machine.
    private func serve(_ callers: [Caller]) async throws -> [String] {
        let hasher = SodiumPasswordHasher(parameters: .init(memoryKiB: 8, passes: 1), pool: pool)
        let blocker = try await keepBusy(pool, until: latch)
        let (pool, outcome) = (pool, outcome)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in callers {
                let before = outcome.answers + pool.queueLength
                time.advance(by: .milliseconds(1))
                group.addTask {
                    _ = try? await hasher.hash(Secret("password123"), for: caller.share)
                    outcome.noteAnswer()
                }
                try await eventually { outcome.answers + pool.queueLength > before }
            }
            latch.open()
            try await group.waitForAll()
        }
        try await blocker.value
        return outcome.waits.map { callers[callers.count - 1 - Int($0 / .milliseconds(1))].name }
    }

    @Test("a block that sends many waits for itself")
    func blocks() async throws {
        let flood = (0..<40).map { Caller(name: "flood", share: share(.login, 0x0A00_0000 + $0)) }
        let order = try await serve(flood + [Caller(name: "quiet", share: share(.login, 0xC000_0201))])
        #expect(try #require(order.firstIndex(of: "quiet")) <= 4)
        #expect(order.count == 41)
    }

    @Test("where the queue is full the fullest block gives way, not the newcomer")
    func full() async throws {
        let flood = (0..<300).map { Caller(name: "flood", share: share(.login, 0x0A00_0000 + $0 % 256)) }
        let order = try await serve(flood + [Caller(name: "quiet", share: share(.login, 0xC000_0201))])
        #expect(order.contains("quiet"))
        #expect(order.count < 300)
    }

    @Test("a login from where the account is known comes first, through a flood from everywhere")
    func known() async throws {
        let flood = (0..<300).map { Caller(name: "flood", share: share(.login, $0 << 16)) }
        let order = try await serve(flood + [Caller(name: "known", share: share(.known, 0xC000_0201))])
        #expect(try #require(order.firstIndex(of: "known")) <= 4)
    }

    @Test(
        "of logins those of less doubt come first, also into a full queue", arguments: [(0, 1), (0, 3), (1, 2), (2, 3)])
    func doubt(_ less: Int, _ more: Int) async throws {
        let flood = (0..<300).map { Caller(name: "flood", share: share(.login, $0 << 16, doubt: more)) }
        let quiet = (0..<20).map { Caller(name: "quiet", share: share(.login, 0xC000_0000 + $0 << 8, doubt: less)) }
        let order = try await serve(flood + quiet)
        #expect(order.count { $0 == "quiet" } == 20)
        // Two turns of eight, and those that nobody known and no registration wants.
        #expect(try #require(order.lastIndex(of: "quiet")) < 40)
    }

    @Test("the most doubtful login has a turn too, however many others there are") func notStarved() async throws {
        let logins = (0..<100).map { Caller(name: "login", share: share(.login, $0 << 16)) }
        let order = try await serve(logins + [Caller(name: "doubtful", share: share(.login, 0xC000_0201, doubt: 3))])
        #expect(try #require(order.firstIndex(of: "doubtful")) <= 8)
    }

    @Test("a registration gives way to a login, and is not starved")
    func registrations() async throws {
        let flood = (0..<300).map { Caller(name: "registration", share: share(.registration, $0 << 16)) }
        let logins = (0..<40).map { Caller(name: "login", share: share(.login, $0 << 16)) }
        let order = try await serve(flood + logins)
        #expect(order.count { $0 == "login" } == 40)
        #expect((1...12).contains(order.prefix(48).count { $0 == "registration" }))
    }
}
