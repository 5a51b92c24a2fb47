import Foundation
import JWKSVerifier
import Testing

/// The decisions put into effect: one fetch, waiting callers, failures, and what is used meanwhile.
@Suite("Fetching") struct FetchingTests {
    private static let issuer = TestIssuer.es256()
    private let clock = ManualClock()

    @Test("V14: a thousand first verifications are one request") func single() async throws {
        let set = FakeKeySet([Self.issuer])
        set.hold()
        let verifier = try set.verifier(clock)
        let token = Self.issuer.token(at: clock.now)
        try await withThrowingTaskGroup(of: InvalidToken?.self) { group in
            for _ in 0..<1_000 { group.addTask { try await verifier.reason(token) } }
            try await until("a request") { set.count > 0 }
            set.release()
            for try await reason in group { #expect(reason == nil) }
        }
        #expect(set.count == 1)
    }

    @Test("V17: 100,000 tokens of as many unknown kids in a minute are at most three requests") func random()
        async throws
    {
        let set = FakeKeySet([Self.issuer])
        let verifier = try set.verifier(clock)
        let good = Self.issuer.token(at: clock.now)
        let rest = good.drop { $0 != "." }
        var refused = 0
        for number in 0..<100_000 {
            let header = TestIssuer.encoded(#"{"alg":"ES256","kid":"\#(number)","typ":"JWT"}"#)
            if try await verifier.reason(header + rest) == .unknownKeyID { refused += 1 }
            clock.advance(.microseconds(600))
        }
        #expect(refused == 100_000 && (2...3).contains(set.count))
        #expect(try await verifier.reason(good) == nil)
    }

    @Test("V17: an issuer that is down is asked no oftener than its pauses let") func down() async throws {
        let set = FakeKeySet()
        set.fail()
        let verifier = try set.verifier(clock)
        let token = Self.issuer.token(at: clock.now)
        for _ in 0..<6_000 {
            #expect(try await verifier.status(token) == 503)
            clock.advance(.milliseconds(10))
        }
        #expect(set.count == 6)
    }

    @Test("V18: a known kid with a bad signature fetches nothing") func badSignature() async throws {
        let set = FakeKeySet([Self.issuer])
        let verifier = try set.verifier(clock)
        let token = Self.issuer.token(at: clock.now)
        #expect(try await verifier.reason(token) == nil)
        clock.advance(.seconds(100))
        let forged = token.prefix { $0 != "." } + "." + TestIssuer.encoded("{}") + "." + token.split(separator: ".")[2]
        for _ in 0..<100 { #expect(try await verifier.reason(String(forged)) == .badSignature) }
        #expect(set.count == 1)
    }

    @Test("V13: an unchanged set is asked for with its tag, and 304 renews it") func notModified() async throws {
        let set = FakeKeySet([Self.issuer])
        let verifier = try set.verifier(clock)
        try await verifier.prepare()
        set.answer(KeySetResponse(status: 304, cacheControl: "max-age=600"))
        clock.advance(.seconds(300))
        #expect(try await verifier.reason(Self.issuer.token(at: clock.now)) == nil)
        clock.advance(.seconds(470))
        #expect(try await verifier.reason(Self.issuer.token(at: clock.now)) == nil)
        #expect(set.requests.map(\.entityTag) == [nil, "\"1\""])
    }

    @Test("a 304 that nobody asked for is a failure") func unasked() async throws {
        let set = FakeKeySet()
        set.answer(KeySetResponse(status: 304))
        #expect(try await set.verifier(clock).status(Self.issuer.token(at: clock.now)) == 503)
    }

    @Test("V20: a key that left the set is refused at once") func left() async throws {
        let other = TestIssuer.es256("e2")
        let set = FakeKeySet([Self.issuer, other])
        let verifier = try set.verifier(clock)
        #expect(try await verifier.reason(Self.issuer.token(at: clock.now)) == nil)
        set.answer(FakeKeySet.response([other]))
        clock.advance(.seconds(300))
        #expect(try await verifier.reason(other.token(at: clock.now)) == nil)
        #expect(try await verifier.reason(Self.issuer.token(at: clock.now)) == .unknownKeyID)
        #expect(set.count == 2)
    }

    @Test("a new key is found by the first token under it") func newKey() async throws {
        let other = TestIssuer.es256("e2")
        let set = FakeKeySet([Self.issuer])
        let verifier = try set.verifier(clock)
        try await verifier.prepare()
        set.answer(FakeKeySet.response([Self.issuer, other]))
        clock.advance(.seconds(29))
        #expect(try await verifier.reason(other.token(at: clock.now)) == .unknownKeyID)
        clock.advance(.seconds(1))
        #expect(try await verifier.reason(other.token(at: clock.now)) == nil)
        #expect(set.count == 2)
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let response: KeySetResponse
        init(_ name: String, _ response: KeySetResponse) { (testDescription, self.response) = (name, response) }
    }

    static let faults = [
        Fault("V10: a redirect", KeySetResponse(status: 302)), Fault("V10: 301", KeySetResponse(status: 301)),
        Fault("404", KeySetResponse(status: 404)), Fault("500", KeySetResponse(status: 500)),
        Fault("V8: a set without a usable key", KeySetResponse(status: 200, body: Array(#"{"keys":[]}"#.utf8))),
        Fault("a page", KeySetResponse(status: 200, body: Array("<html>".utf8))),
        Fault("V10: too long", KeySetResponse(status: 200, body: Array(repeating: 0x20, count: 65_537))),
        Fault(
            "V10: too many keys",
            KeySetResponse(status: 200, body: TestIssuer.set((0..<101).map { issuer.jwk(#""kid":"\#($0)""#) }))),
    ]

    @Test("V8, V19: a failed fetch keeps the keys, for an hour", arguments: faults) func keeps(_ fault: Fault)
        async throws
    {
        let set = FakeKeySet([Self.issuer])
        let verifier = try set.verifier(clock)
        try await verifier.prepare()
        set.answer(fault.response)
        clock.advance(.seconds(300))
        for _ in 0..<119 {
            #expect(try await verifier.status(Self.issuer.token(at: clock.now)) == 200)
            clock.advance(.seconds(30))
        }
        #expect(try await verifier.status(Self.issuer.token(at: clock.now)) == 200)
        clock.advance(.seconds(30))
        await #expect(throws: VerificationError.self) { try await verifier.verify(Self.issuer.token(at: clock.now)) }
        set.answer(FakeKeySet.response([Self.issuer]))
        clock.advance(.seconds(30))
        #expect(try await verifier.status(Self.issuer.token(at: clock.now)) == 200)
    }
}
