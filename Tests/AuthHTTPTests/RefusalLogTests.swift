import AuthCore
import AuthHTTP
import AuthTestSupport
import Logging
import Testing

@Suite("Refusals in the log", .timeLimit(.minutes(1)))
struct RefusalLogTests {
    private static let begun = "more passwords than can be hashed in time: requests are refused"
    private static let over = "passwords are hashed in time again"

    @Test("requests that nobody can hash for are one line when it begins and one when it is over")
    func overload() async throws {
        let recorder = LogRecorder()
        try await TestServer.with(.init(logger: recorder.logger)) { server in
            server.hasher.overload(.verifying)
            for second in 0..<20 {
                if second > 0 { server.time.advance(by: .seconds(1)) }
                let answer = try await server.answer(RawRequest.logIn("alice", "x"))
                #expect(answer.status == 503)
            }
            server.time.advance(by: Overload.quiet)
            try await eventually { recorder.count(Self.over) == 1 }
            let lines = recorder.lines.filter { $0.level > .debug }
            #expect(
                lines == [
                    .init(level: .warning, message: Self.begun, metadata: [:]),
                    .init(level: .notice, message: Self.over, metadata: ["requests": "20", "lasted_ms": "19000"]),
                ])
        }
    }

    @Test("a client that asks too often is one line in a minute, with its address and the limit")
    func rateLimit() async throws {
        let recorder = LogRecorder()
        let setup = TestServer.Setup(
            authLimit: RateLimit(limit: 1, window: .seconds(10)),
            trustedProxies: try #require(TrustedProxies("127.0.0.1")), logger: recorder.logger)
        try await TestServer.with(setup) { server in
            for round in 1...2 {
                for _ in 0..<20 {
                    for client in ["203.0.113.1", "2001:db8::1", "2001:db8::2"] {
                        let fields = ["X-Forwarded-For: \(client)"]
                        _ = try await server.answer(RawRequest.logIn("alice", "password of alice", fields))
                    }
                }
                let lines = recorder.lines("rate limit reached")
                let clients = lines.compactMap { $0.metadata["client"] }.sorted()
                // The two of IPv6 are one client: 2001:db8::1 had the request that was admitted.
                let expected = Array(repeating: ["2001:db8::2", "203.0.113.1"], count: round).flatMap { $0 }.sorted()
                #expect(clients == expected)
                #expect(lines.allSatisfy { $0.level == .notice && $0.metadata["limit"] == "auth" })
                server.time.advance(by: .seconds(60))
            }
        }
    }
}

@Suite("Overload") struct OverloadTests {
    @Test("begins with the first that is refused and ends when none was for a while") func once() {
        var overload = Overload()
        for round in 0..<2 {
            let start: Duration = .seconds(round * 1_000)
            #expect(overload.look(at: start) == nil)
            #expect(overload.refused(at: start) == .began)
            for second in 1...30 {
                #expect(overload.refused(at: start + .seconds(second)) == nil)
                #expect(overload.look(at: start + .seconds(second + 9)) == nil)
            }
            #expect(overload.look(at: start + .milliseconds(39_999)) == nil)
            #expect(overload.look(at: start + .seconds(40)) == .ended(refused: 31, lasted: .seconds(30)))
        }
    }
}

@Suite("RefusedClients") struct RefusedClientsTests {
    private func key(_ number: Int) -> RateLimitKey { RateLimitKey(high: 0, low: UInt64(number)) }

    @Test("names each once a minute, and no more than so many") func bound() {
        var clients = RefusedClients()
        for minute in 0..<2 {
            let start: Duration = .seconds(minute * 60)
            for number in 0..<RefusedClients.mostNamed {
                #expect(clients.refused(key(number), at: start) == .client)
                #expect(clients.refused(key(number), at: start + .seconds(59)) == nil)
            }
            #expect(clients.refused(key(1_000), at: start) == .more)
            for number in 1_000..<5_000 { #expect(clients.refused(key(number), at: start + .seconds(59)) == nil) }
        }
    }
}
