import Foundation
import JWKSVerifier
import Testing

@Suite("Outages") struct OutageTests {
    private static let issuer = TestIssuer.es256()
    private let clock = ManualClock()

    @Test("V21: a failed first fetch is 503, and poisons nothing") func first() async throws {
        let set = FakeKeySet([Self.issuer])
        set.fail()
        let verifier = try set.verifier(clock)
        let token = Self.issuer.token(at: clock.now)
        await #expect(throws: VerificationError.keysUnavailable(retryAfter: .seconds(1))) {
            try await verifier.verify(token)
        }
        await #expect(throws: VerificationError.keysUnavailable(retryAfter: .seconds(1))) {
            try await verifier.prepare()
        }
        set.answer(FakeKeySet.response([Self.issuer]))
        #expect(try await verifier.status(token) == 503)
        clock.advance(.seconds(1))
        #expect(try await verifier.status(token) == 200)
        #expect(set.count == 2)
    }

    @Test("V10: who does not answer within the deadline is not waited for, and not heard later") func deadline()
        async throws
    {
        let set = FakeKeySet([Self.issuer])
        set.hold()
        let verifier = try set.verifier(clock)
        let token = Self.issuer.token(at: clock.now)
        let caller = Task { try await verifier.status(token) }
        try await until("a request, and somebody who waits for its end") { set.count == 1 && clock.sleeperCount == 1 }
        clock.advance(.seconds(5))
        #expect(try await caller.value == 503)
        // The late answer of the first is none to the second.
        clock.advance(.seconds(1))
        let second = Task { try await verifier.status(token) }
        try await until("another request") { set.count == 2 }
        set.release()
        #expect(try await second.value == 200)
    }

    @Test("V12: while keys are fresh nobody waits for a fetch that hangs") func ahead() async throws {
        let set = FakeKeySet([Self.issuer])
        let verifier = try set.verifier(clock)
        try await verifier.prepare()
        set.hold()
        clock.advance(.seconds(240))
        #expect(try await verifier.status(Self.issuer.token(at: clock.now)) == 200)
        try await until("a request") { set.count == 2 }
        for _ in 0..<50 {
            #expect(try await verifier.status(Self.issuer.token(at: clock.now)) == 200)
            clock.advance(.seconds(1))
        }
        set.release()
    }

    @Test("V23: a caller who is cancelled ends no fetch, and waits no longer") func cancelled() async throws {
        let set = FakeKeySet([Self.issuer])
        set.hold()
        let verifier = try set.verifier(clock)
        let token = Self.issuer.token(at: clock.now)
        let first = Task { try await verifier.status(token) }
        try await until("a request") { set.count == 1 }
        let others = (0..<10).map { _ in Task { try await verifier.status(token) } }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        set.release()
        for other in others { #expect(try await other.value == 200) }
        #expect(set.count == 1)
    }

    @Test("V23: a caller who was cancelled before waits for nothing") func cancelledBefore() async throws {
        let set = FakeKeySet([Self.issuer])
        set.hold()
        let verifier = try set.verifier(clock)
        let token = Self.issuer.token(at: clock.now)
        let caller = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await verifier.status(token)
        }
        await #expect(throws: CancellationError.self) { try await caller.value }
        set.release()
    }

    @Test("V22: a key that was never seen is 503 while the issuer is down, never 401") func unknown() async throws {
        let set = FakeKeySet([Self.issuer])
        let verifier = try set.verifier(clock)
        try await verifier.prepare()
        set.fail()
        let new = TestIssuer.es256("e2")
        clock.advance(.seconds(100))
        for _ in 0..<100 {
            #expect(try await verifier.status(new.token(at: clock.now)) == 503)
            #expect(try await verifier.status(Self.issuer.token(at: clock.now)) == 200)
            clock.advance(.seconds(10))
        }
    }
}
