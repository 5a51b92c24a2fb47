import AuthCore
import AuthTestSupport
import Testing

@Suite("The rate limit", .timeLimit(.minutes(1)))
struct RateLimitTests {
    private let right = RawRequest.logIn("alice", "password of alice")
    private let tenPerSecond = RateLimit(limit: 10, window: .seconds(1))

    @Test("admits ten logins in a window and refuses the eleventh with what it is to know")
    func refuses() async throws {
        try await TestServer.with(.init(authLimit: tenPerSecond)) { server in
            for _ in 0..<10 { #expect(try await server.answer(right).status == 200) }
            let refused = try await server.answer(right)
            #expect(refused.statusLine == "HTTP/1.1 429 Too Many Requests")
            #expect(refused.errorCode == "rate_limited")
            #expect(refused["Retry-After"] == "1")
            #expect(refused["RateLimit-Policy"] == #""auth";q=10;w=1"#)
            #expect(refused["RateLimit"] == #""auth";r=0;t=1"#)
            #expect(refused["Cache-Control"] == "no-store")
            #expect(server.store.authLog.count == 10)
        }
    }

    @Test("slides with each request, and a refused one does not lengthen the wait")
    func slides() async throws {
        try await TestServer.with(.init(authLimit: RateLimit(limit: 2, window: .seconds(10)))) { server in
            var statuses: [Int] = []
            // Seconds:      0   3   9   9   10  12  13
            for pause: Int64 in [0, 3, 6, 0, 1, 2, 1] {
                server.time.advance(by: .seconds(pause))
                statuses.append(try await server.answer(right).status)
            }
            #expect(statuses == [200, 200, 429, 429, 200, 429, 200])
        }
    }

    @Test(
        "says how long to wait in whole seconds, never too few",
        arguments: [(Duration.zero, "10"), (.milliseconds(1), "10"), (.seconds(1), "9"), (.milliseconds(9_999), "1")])
    func retryAfter(waited: Duration, seconds: String) async throws {
        try await TestServer.with(.init(authLimit: RateLimit(limit: 1, window: .seconds(10)))) { server in
            _ = try await server.answer(right)
            server.time.advance(by: waited)
            let refused = try await server.answer(right)
            #expect(refused["Retry-After"] == seconds)
            #expect(refused["RateLimit"] == "\"auth\";r=0;t=\(seconds)")
            #expect(refused["RateLimit-Policy"] == #""auth";q=1;w=10"#)
        }
    }

    @Test("counts every request for a login, whatever is wrong with it", arguments: ["{}", "[]", "", "x"])
    func countsAll(body: String) async throws {
        try await TestServer.with(.init(authLimit: RateLimit(limit: 2, window: .seconds(1)))) { server in
            for _ in 0..<2 { #expect(try await server.answer(RawRequest.post("/auth", body)).status == 400) }
            let refused = try await server.answer(right)
            #expect(refused.status == 429)
            let alsoRefused = try await server.answer(RawRequest.post("/auth?expired=x", body, type: nil))
            #expect(alsoRefused.status == 429)
        }
    }

    @Test("registrations have a limit of their own")
    func register() async throws {
        let limit = RateLimit(limit: 1, window: .seconds(1))
        let registerLimit = RateLimit(limit: 1, window: .seconds(1), name: "register")
        try await TestServer.with(.init(authLimit: limit, registerLimit: registerLimit)) { server in
            let register = RawRequest.post("/register", #"{"username":"bob"}"#)
            #expect(try await server.answer(register).status == 201)
            let refused = try await server.answer(register)
            #expect(refused.status == 429)
            #expect(refused.errorCode == "rate_limited")
            #expect(refused["Retry-After"] == "1")
            #expect(refused["RateLimit-Policy"] == #""register";q=1;w=1"#)
            #expect(refused["Cache-Control"] == "no-store")
            #expect(try await server.answer(right).status == 200)
            #expect(try await server.answer(right).status == 429)
            for path in ["/ping", "/.well-known/jwks.json", "/health/ready"] {
                #expect(try await server.answer(RawRequest.get(path)).status == 200)
            }
        }
    }

    @Test("other methods on /auth cost nothing")
    func otherMethods() async throws {
        try await TestServer.with(.init(authLimit: RateLimit(limit: 1, window: .seconds(1)))) { server in
            for _ in 0..<5 { #expect(try await server.answer(RawRequest.get("/auth")).status == 405) }
            let answer = try await server.answer(right)
            #expect(answer.status == 200)
        }
    }

    @Test("of a hundred logins at once ten are admitted")
    func parallel() async throws {
        try await TestServer.with(.init(authLimit: tenPerSecond)) { server in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<100 { group.addTask { try await server.answer(right).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 10)
            #expect(statuses.count { $0 == 429 } == 90)
        }
    }
}
