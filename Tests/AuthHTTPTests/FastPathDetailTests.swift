import AuthCore
import AuthTestSupport
import Testing

@Suite("What the fast path does besides", .timeLimit(.minutes(1)))
struct HotDetailTests {
    private static let set = "/.well-known/jwks.json"

    @Test(
        "dates its answers as HTTP wants it (RFC 9110 §5.6.7)",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"), (1_795_445_556, "Mon, 23 Nov 2026 14:52:36 GMT"),
            (1_835_395_199, "Mon, 28 Feb 2028 23:59:59 GMT"), (1_835_395_200, "Tue, 29 Feb 2028 00:00:00 GMT"),
            (4_102_444_800, "Fri, 01 Jan 2100 00:00:00 GMT"),
        ])
    func date(seconds: Int64, date: String) async throws {
        try await TestServer.with(.init(now: Timestamp(seconds: seconds))) { server in
            for target in ["/ping", Self.set] {
                let answer = try await server.answer(RawRequest.get(target))
                #expect(answer.values("Date") == [date])
            }
        }
    }

    @Test("dates every answer anew, also when the clock is set back")
    func clock() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            for (jump, time) in [(0, "08:00:00"), (1, "08:00:01"), (-2, "07:59:59"), (3_600, "08:59:59")]
                as [(Int64, String)]
            {
                server.time.jump(by: .seconds(jump))
                try await connection.send(RawRequest.get("/ping"))
                let answer = try await connection.response()
                #expect(answer["Date"] == "Fri, 15 Jan 2027 \(time) GMT")
            }
        }
    }

    @Test("remembers who fetched the keys, as the ordinary route does", arguments: [set, set + "?x"])
    func verifiers(target: String) async throws {
        try await TestServer.with { server in
            server.verifiers.show(newest: KeyID(1))
            for agent in ["User-Agent: a", "User-Agent: b", "User-Agent: a", "X-None: 1"] {
                _ = try await server.answer(RawRequest.get(target, [agent]))
            }
            #expect(server.verifiers.propagation == .init(newest: KeyID(1), known: 3, aware: 3))
            server.time.advance(by: .seconds(60))
            server.verifiers.show(newest: KeyID(2))
            _ = try await server.answer(RawRequest.get(target, ["User-Agent: b"]))
            #expect(server.verifiers.propagation == .init(newest: KeyID(2), known: 3, aware: 1))
        }
    }

    @Test("a connection that stays open counts again for a new key")
    func sameConnection() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            for kid: Int64 in 1...3 {
                server.verifiers.show(newest: KeyID(kid))
                try await connection.send(RawRequest.get(Self.set))
                _ = try await connection.response()
                #expect(server.verifiers.propagation == .init(newest: KeyID(kid), known: 1, aware: 1))
                server.time.advance(by: .seconds(1))
            }
        }
    }

    @Test("/ping makes nobody a verifier")
    func ping() async throws {
        try await TestServer.with { server in
            server.verifiers.show(newest: KeyID(1))
            _ = try await server.answer(RawRequest.get("/ping"))
            #expect(server.verifiers.propagation?.known == 0)
        }
    }
}
