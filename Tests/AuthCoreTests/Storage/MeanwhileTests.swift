import AuthCore
import AuthTestSupport
import Synchronization
import Testing

@Suite("Store: what is made while a unit of work is on its way to the disk", .timeLimit(.minutes(1)))
struct MeanwhileTests {
    @Test("of a unit that was carried out twice, as after a conflict, only what the second came to is handed out")
    func carriedOutTwice() async throws {
        let times = Mutex(0)
        let made = Mutex<[Int]>([])
        let handedOut = try await TestStore(runsBodiesTwice: true).write { _ in
            times.withLock { times in
                times += 1
                return times
            }
        } meanwhile: { time in
            made.withLock { $0.append(time) }
            return time
        }
        #expect(handedOut == 2)
        #expect(made.withLock { $0.last } == 2)
    }

    @Test("what failed to be made of the first matters to nobody") func firstFails() async throws {
        struct OfTheFirst: Error {}
        let times = Mutex(0)
        let handedOut = try await TestStore(runsBodiesTwice: true).write { _ in
            times.withLock { times in
                times += 1
                return times
            }
        } meanwhile: { time in
            if time == 1 { throw OfTheFirst() }
            return time
        }
        #expect(handedOut == 2)
    }

    @Test("what was made is handed out to nobody when the commit fails") func commitFails() async throws {
        let store = FailingStore(TestStore(runsBodiesTwice: false), runsBodiesTwice: false)
        store.failWrites(with: AuthError.unavailable("database or disk is full"))
        let made = Mutex(0)
        await #expect(throws: AuthError.unavailable("database or disk is full")) {
            try await store.write { _ in
            } meanwhile: {
                made.withLock { $0 += 1 }
            }
        }
        #expect(made.withLock { $0 } == 1)
    }
}
