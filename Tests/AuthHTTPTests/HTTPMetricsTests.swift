import AuthCore
import AuthHTTP
import AuthTestSupport
import MetricsTestKit
import Testing

@Suite("What is counted of requests", .timeLimit(.minutes(1)))
struct HTTPMetricsTests {
    private static let set = "/.well-known/jwks.json"

    /// `METHOD ROUTE STATUS` of every answer that was counted, with its number.
    private func answers(_ server: TestServer) -> [String: Int64] {
        let counters = server.metrics.counters(label: "jwks_http_requests_total").filter { $0.totalValue > 0 }
        return Dictionary(
            uniqueKeysWithValues: counters.map { counter in
                func value(_ name: String) -> String { counter.dimensions.first { $0.0 == name }?.1 ?? "?" }
                return ("\(value("method")) \(value("route")) \(value("status"))", counter.totalValue)
            })
    }

    private func count(_ server: TestServer, _ label: String, _ name: String, _ value: String) -> Int64 {
        server.metrics.counterTotal(label: label, dimensions: [(name, value)])
    }

    @Test("is every answer once, by the row of the table, the method and the status")
    func requests() async throws {
        try await TestServer.with { server in
            let tag = try #require(server.keyRing.current?.set.entityTag)
            let requests: [(String, [UInt8])] = [
                ("GET", RawRequest.get(Self.set)), ("GET", RawRequest.get(Self.set)),
                ("GET", RawRequest.get(Self.set + "?x=1")), ("HEAD", RawRequest.head("HEAD", Self.set)),
                ("GET", RawRequest.get(Self.set, ["If-None-Match: \(tag)"])),
                ("GET", RawRequest.get(Self.set + "?x=1", ["If-None-Match: \(tag)"])),
                ("GET", RawRequest.get("/ping")), ("GET", RawRequest.get("/.well-known/oauth-authorization-server")),
                ("POST", RawRequest.logIn("alice", "password of alice", target: "/auth?expired=false")),
                ("GET", RawRequest.get("/auth")), ("HEAD", RawRequest.head("HEAD", "/health/live")),
            ]
            for (method, request) in requests { _ = try await server.answer(request, to: method) }
            #expect(
                answers(server) == [
                    "GET \(Self.set) 200": 3, "HEAD \(Self.set) 200": 1, "GET \(Self.set) 304": 2, "GET /ping 200": 1,
                    "GET /.well-known/openid-configuration 200": 1, "POST /auth 200": 1, "GET /auth 405": 1,
                    "HEAD /health/live 200": 1,
                ])
        }
    }

    @Test("has no label that a caller chose")
    func labels() async throws {
        try await TestServer.with { server in
            for number in 0..<20 {
                _ = try await server.answer(RawRequest.get("/nothing/\(number)"))
                _ = try await server.answer(RawRequest.head(number % 2 == 0 ? "PROPFIND" : "MKCOL", "/auth"))
                // HTTP knows no such method.
                _ = try await server.answer(RawRequest.head("METHOD\(number)", "/auth"))
                _ = try await server.answer(RawRequest.head("GET", "/ping", host: nil))
            }
            #expect(answers(server) == ["GET other 404": 20, "other /auth 405": 20, "other other 400": 40])
        }
    }

    @Test("is what comes of logins and their tokens")
    func logins() async throws {
        try await TestServer.with(.init(generatedMustChange: true)) { server in
            _ = try await server.answer(RawRequest.logIn("alice", "password of alice"))
            _ = try await server.answer(RawRequest.logIn("alice", "password of alice", target: "/auth?expired=true"))
            for name in ["alice", "bob"] { _ = try await server.answer(RawRequest.logIn(name, "wrong")) }
            _ = try await server.answer(RawRequest.post("/auth", "[]"))
            let registered = try await server.answer(RawRequest.post("/register", #"{"username":"carol"}"#))
            let password = try #require(registered.text.split(separator: "\"").dropLast().last)
            _ = try await server.answer(RawRequest.logIn("carol", String(password)))
            for (outcome, number) in [("success", 2), ("failure", 2), ("password_change_required", 1)] {
                #expect(count(server, "jwks_logins_total", "outcome", outcome) == number)
            }
            #expect(count(server, "jwks_tokens_issued_total", "alg", "RS256") == 2)
            #expect(server.metrics.counterTotal(label: "jwks_tokens_issued_total") == 2)
        }
    }

    @Test("is who was turned away, and why")
    func refusals() async throws {
        let limit = RateLimit(limit: 1, window: .seconds(1))
        try await TestServer.with(.init(registerLimit: limit)) { server in
            for name in ["one", "two", "three"] {
                _ = try await server.answer(RawRequest.post("/register", #"{"username":"\#(name)"}"#))
            }
            #expect(count(server, "jwks_refused_total", "reason", "rate_limited") == 2)
            // Who guesses at one account has to wait.
            for _ in 0..<40 { _ = try await server.answer(RawRequest.logIn("alice", "wrong")) }
            let delayed = count(server, "jwks_refused_total", "reason", "login_delay")
            #expect(delayed > 0 && delayed == answers(server)["POST /auth 429"])
            #expect(server.metrics.counterTotal(label: "jwks_refused_total") == 2 + delayed)
        }
    }

    @Test("is who went away while the request waited, and that is no refusal")
    func gone() async throws {
        let hasher = GatedHasher()
        try await TestServer.with(.init(slowHasher: hasher)) { server in
            let connection = try server.connect()
            try await connection.send(RawRequest.logIn("alice", "password of alice"))
            try await eventually { hasher.waiting == 1 }
            connection.reset()
            try await eventually { answers(server) == ["POST /auth 499": 1] }
            #expect(server.metrics.counterTotal(label: "jwks_refused_total") == 0)
        }
    }

    @Test("is how many connections there are, and those that were refused")
    func connections() async throws {
        try await TestServer.with(.init(limit: ConnectionLimit(100, perAddress: 2))) { server in
            let gauge = try server.metrics.expectMeter("jwks_connections")
            let open = [try server.connect(), try server.connect()]
            for connection in open {
                try await connection.send(RawRequest.get("/ping"))
                _ = try await connection.response()
            }
            #expect(gauge.lastValue == 2)
            #expect(try await server.connect().rest().isEmpty)
            #expect(count(server, "jwks_refused_total", "reason", "connections") == 1)
            for connection in open { connection.reset() }
            try await eventually { gauge.lastValue == 0 }
        }
    }
}
