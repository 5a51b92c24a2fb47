import AuthCore
import AuthSodium
import AuthTestSupport
import CHashingMemory
import Foundation
import Testing

@Suite("The memory of the hashes", .timeLimit(.minutes(1)))
struct HashingMemoryTests {
    private static let sizes = [(memoryKiB: 19_456, passes: 2), (memoryKiB: 8_192, passes: 1), (64, 1)]

    private func pool(keeping idleAfter: Duration) -> WorkerPool {
        WorkerPool(threads: 1, deadline: .seconds(10), idleAfter: idleAfter, time: ManualTimeSource())
    }

    private func hasher(_ pool: WorkerPool, _ memoryKiB: Int, _ passes: Int) -> SodiumPasswordHasher {
        SodiumPasswordHasher(parameters: .init(memoryKiB: memoryKiB, passes: passes), pool: pool)
    }

    /// Page faults so far of a pool with one thread: pages that the kernel had to give.
    private func faults(_ pool: WorkerPool) async throws -> Int {
        try await pool.ask {
            var usage = rusage()
            // RUSAGE_THREAD, which Glibc's module does not show.
            getrusage(__rusage_who_t(1), &usage)
            return usage.ru_minflt
        }
    }

    @Test("is kept, and it is known whether on huge pages") func status() async throws {
        let status = try await hasher(pool(keeping: .seconds(60)), 19_456, 1).hashingMemory()
        let setting = try? String(contentsOfFile: "/sys/kernel/mm/transparent_hugepage/enabled", encoding: .utf8)
        if !hashing_memory_can_be_kept() {
            #expect(status == .notKept(.sanitizer))
        } else if setting?.contains("[never]") ?? true {
            #expect(status == .kept)
        } else {
            // A kernel whose memory is in pieces gives ordinary pages even so.
            #expect(status == .keptOnHugePages || status == .kept)
        }
    }

    @Test("is not kept for a small hash", .enabled(if: hashing_memory_can_be_kept())) func small() async throws {
        #expect(try await hasher(pool(keeping: .seconds(60)), 1_023, 1).hashingMemory() == .notKept(.tooSmall))
        #expect(try await hasher(pool(keeping: .seconds(60)), 1_024, 1).hashingMemory() != .notKept(.tooSmall))
    }

    @Test(
        "says in the log what becomes of it",
        arguments: [
            (HashingMemory.keptOnHugePages, "kept on huge pages"), (.kept, "kept"),
            (.notKept(.sanitizer), "not kept: built with a sanitizer"),
            (.notKept(.tooSmall), "not kept: a hash takes less than 1 MiB"),
            (.notKept(.unknownAllocation), "not kept: libsodium allocates in another way"),
        ])
    func text(memory: HashingMemory, text: String) {
        #expect("\(memory)" == text)
    }

    @Test("costs the second hash no page", .enabled(if: hashing_memory_can_be_kept())) func lentAgain() async throws {
        let pool = pool(keeping: .seconds(60))
        let hasher = hasher(pool, 19_456, 1)
        _ = try await hasher.hash(Secret("a password"))
        let before = try await faults(pool)
        for _ in 0..<4 { _ = try await hasher.hash(Secret("a password")) }
        // A fiftieth of the 19,456 that libsodium alone costs, for what happens around a hash.
        #expect(try await faults(pool) - before < 400)
    }

    @Test("is kept from one hash to the next", .enabled(if: hashing_memory_can_be_kept())) func kept() async throws {
        let pool = pool(keeping: .seconds(60))
        #expect(try await pool.ask { hashing_memory_kept() } == 0)
        for (memoryKiB, passes) in [(19_456, 1), (19_456, 1), (8_192, 1)] {
            _ = try await hasher(pool, memoryKiB, passes).hash(Secret("a password"))
            let kept = try await pool.ask { hashing_memory_kept() }
            #expect((memoryKiB * 1_024..<memoryKiB * 1_024 + 65_536).contains(Int(kept)), "\(kept) bytes")
        }
    }

    @Test("is given back by a thread that has nothing to do", .enabled(if: hashing_memory_can_be_kept()))
    func givenBack() async throws {
        let pool = pool(keeping: .zero)
        _ = try await hasher(pool, 19_456, 1).hash(Secret("a password"))
        while try await pool.ask({ hashing_memory_kept() }) != 0 { await Task.yield() }
    }

    @Test("plays no part in what the strings of another implementation say, one after the other")
    func vectors() async throws {
        let hasher = hasher(pool(keeping: .seconds(60)), 64, 1)
        for vector in PHCVector.all + PHCVector.all.reversed() {
            let hash = PasswordHash(phcString: vector.phcString)
            let isOpened = try await hasher.verify(Secret(vector.password), against: hash)
            #expect(isOpened == vector.isOpened, "\(vector.name)")
            #expect(try await !hasher.verify(Secret(vector.password + "x"), against: hash), "\(vector.name)")
        }
    }

    @Test("plays no part in what the next hash is") func clean() async throws {
        let pool = pool(keeping: .seconds(60))
        let lone = self.pool(keeping: .zero)
        for (memoryKiB, passes) in Self.sizes + Self.sizes.reversed() + Self.sizes {
            let here = hasher(pool, memoryKiB, passes)
            let there = hasher(lone, memoryKiB, passes)
            let hash = try await here.hash(Secret("one password"))
            #expect(try await here.verify(Secret("one password"), against: hash))
            #expect(try await there.verify(Secret("one password"), against: hash))
            #expect(try await !here.verify(Secret("another"), against: hash))
            #expect(
                try await here.verify(Secret("one password"), against: try await there.hash(Secret("one password"))))
        }
    }
}
