import AuthCore
import AuthSodium
import AuthTestSupport
import CHashingMemory
import Testing

@Suite("The memory of the hashes", .timeLimit(.minutes(1)))
struct HashingMemoryTests {
    private static let sizes = [(memoryKiB: 19_456, passes: 2), (memoryKiB: 8_192, passes: 1), (64, 1)]

    private func pool(keeping memoryIsKept: Duration) -> WorkerPool {
        WorkerPool(threads: 1, deadline: .seconds(10), idleAfter: memoryIsKept, time: ManualTimeSource())
    }

    private func hasher(_ pool: WorkerPool, _ memoryKiB: Int, _ passes: Int) -> SodiumPasswordHasher {
        SodiumPasswordHasher(parameters: .init(memoryKiB: memoryKiB, passes: passes), pool: pool)
    }

    @Test("is kept from one hash to the next") func kept() async throws {
        let pool = pool(keeping: .seconds(60))
        #expect(try await pool.run(on: .sign) { hashing_memory_kept() } == 0)
        for (memoryKiB, passes) in [(19_456, 1), (19_456, 1), (8_192, 1)] {
            _ = try await hasher(pool, memoryKiB, passes).hash(Secret("a password"))
            let kept = try await pool.run(on: .sign) { hashing_memory_kept() }
            #expect((memoryKiB * 1_024..<memoryKiB * 1_024 + 65_536).contains(Int(kept)), "\(kept) bytes")
        }
    }

    @Test("is given back by a thread that has nothing to do") func givenBack() async throws {
        let pool = pool(keeping: .zero)
        _ = try await hasher(pool, 19_456, 1).hash(Secret("a password"))
        while try await pool.run(on: .sign, { hashing_memory_kept() }) != 0 { await Task.yield() }
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
