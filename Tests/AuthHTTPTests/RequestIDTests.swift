import AuthCore
import AuthHTTP
import AuthTestSupport
import Logging
import Testing

@Suite("The request id", .timeLimit(.minutes(1)))
struct RequestIDTests {
    private static let field = "X-Request-Id"

    /// Requests of the ordinary routes, answered and refused.
    private static let requests: [(method: String, request: [UInt8])] = [
        ("POST", RawRequest.logIn("alice", "password of alice")), ("POST", RawRequest.logIn("alice", "wrong")),
        ("POST", RawRequest.post("/register", #"{"username":"bob"}"#)), ("POST", RawRequest.post("/register", "[]")),
        ("GET", RawRequest.get("/health/live")), ("GET", RawRequest.get("/health/ready")),
        ("GET", RawRequest.get("/nothing")), ("GET", RawRequest.get("/auth")),
        ("HEAD", RawRequest.head("HEAD", "/auth")),
    ]

    @Test("is new for each request and answered with it")
    func new() async throws {
        try await TestServer.with { server in
            var ids: Set<String> = []
            for (method, request) in Self.requests + Self.requests {
                let answer = try await server.answer(request, to: method)
                let id = try #require(answer[Self.field])
                let isPlain = try /[A-Za-z0-9_-]{22}/.wholeMatch(in: id) != nil
                #expect(isPlain)
                ids.insert(id)
            }
            #expect(ids.count == 2 * Self.requests.count)
        }
    }

    @Test(
        "documents have none, on either path",
        arguments: ["/ping", "/.well-known/jwks.json", "/.well-known/openid-configuration"], ["", "?x"])
    func documents(path: String, query: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.get(path + query))
            #expect(answer.status == 200)
            #expect(answer[Self.field] == nil)
        }
    }

    private static let long = String(repeating: "x", count: 128)

    @Test(
        "is taken over from a trusted proxy, where it is plain",
        arguments: [
            (["abc"], true), (["A-Z_a.z09"], true), (["x"], true), ([long], true), ([long + "x"], false), ([""], false),
            (["a b"], false), (["a\u{e9}"], false), (["a\"b"], false), (["a=b"], false), (["a,b"], false),
            (["abc", "def"], false), ([], false),
        ] as [([String], Bool)])
    func proxy(given: [String], isTaken: Bool) async throws {
        let setup = TestServer.Setup(trustedProxies: try #require(TrustedProxies("127.0.0.1")))
        try await TestServer.with(setup) { server in
            let answer = try await server.answer(
                RawRequest.get("/health/live", given.map { "\(Self.field): \($0)" }))
            let answered = answer.values(Self.field)
            #expect(answered.count == 1)
            #expect((answered == given) == isTaken)
        }
    }

    @Test("is taken over from nobody else", arguments: ["", "10.0.0.0/8"])
    func untrusted(proxies: String) async throws {
        try await TestServer.with(.init(trustedProxies: try #require(TrustedProxies(proxies)))) { server in
            let answer = try await server.answer(RawRequest.get("/health/live", ["\(Self.field): abc"]))
            #expect(answer[Self.field] != "abc")
        }
    }

    @Test("stands in every line of the log that the request caused")
    func log() async throws {
        let recorder = LogRecorder(metadataProvider: .requestID)
        try await TestServer.with(.init(logger: recorder.logger)) { server in
            server.store.fail(with: AuthError.unavailable("disk I/O error"))
            let answer = try await server.answer(RawRequest.logIn("alice", "x"))
            let id = try #require(answer[Self.field])
            try await eventually { recorder.count("request answered") == 1 }
            let lines = recorder.lines.filter { $0.message.hasPrefix("request ") }
            #expect(
                lines == [
                    .init(
                        level: .debug, message: "request refused",
                        metadata: ["request_id": id, "route": "/auth", "reason": "disk I/O error"]),
                    .init(
                        level: .debug, message: "request answered",
                        metadata: [
                            "request_id": id, "method": "POST", "route": "/auth", "status": "503",
                            "duration_ms": "0",
                        ]),
                ])
        }
    }

    @Test("stands in the lines that other modules log for the request: of fifty at once, each has its own")
    func otherModules() async throws {
        let recorder = LogRecorder(metadataProvider: .requestID)
        let setup = TestServer.Setup(
            trustedProxies: try #require(TrustedProxies("127.0.0.1")), logger: recorder.logger)
        try await TestServer.with(setup) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...50 {
                    // A network each: one that has failed may have to wait for its next attempt.
                    let fields = ["X-Request-Id: id-\(number)", "X-Forwarded-For: 203.0.\(number).1"]
                    let path = number.isMultiple(of: 2) ? "/auth" : "/password"
                    let body = #"{"username":"alice","password":"wrong","new_password":"not wrong at all"}"#
                    group.addTask {
                        let answer = try await server.answer(RawRequest.post(path, body, fields))
                        #expect(answer.status == 401)
                    }
                }
                try await group.waitForAll()
            }
            let lines = recorder.lines("login failed").map(\.metadata)
            let expected = (1...50).map { number in
                [
                    "client": "203.0.\(number).1", "request_id": "id-\(number)", "reason": "wrong_password",
                    "user": "alice",
                ]
            }
            #expect(lines.count == 50 && Set(lines) == Set(expected))
        }
    }

    @Test("the log names the row of the table, and nothing that the caller chose")
    func pattern() async throws {
        let recorder = LogRecorder(metadataProvider: .requestID)
        try await TestServer.with(.init(logger: recorder.logger)) { server in
            for target in ["/secret-path", "/auth?secret=1", "/ping?secret=1"] {
                _ = try await server.answer(RawRequest.get(target))
            }
            try await eventually { recorder.count("request answered") == 3 }
            let lines = recorder.lines.filter { $0.message == "request answered" }
            let routes = lines.map { $0.metadata["route"] }
            #expect(routes == ["none", "/auth", "/ping"])
            let statuses = lines.map { $0.metadata["status"] }
            #expect(statuses == ["404", "405", "200"])
            #expect(!"\(recorder.lines)".contains("secret"))
        }
    }
}
