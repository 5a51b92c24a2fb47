import AuthCore
import AuthTestSupport
import Testing

@Suite("Several requests on one connection", .timeLimit(.minutes(1)))
struct PipeliningTests {
    private static let set = "/.well-known/jwks.json"
    /// Requests of every kind and what each is answered with: the fast path's and the ordinary route's, mixed.
    private static let mixed: [(method: String, request: [UInt8], status: Int)] = [
        ("GET", RawRequest.get("/ping"), 200), ("GET", RawRequest.get(set), 200),
        ("POST", RawRequest.logIn("alice", "password of alice"), 200), ("GET", RawRequest.get("/ping"), 200),
        ("GET", RawRequest.get("/nothing"), 404), ("HEAD", RawRequest.head("HEAD", set), 200),
        ("GET", RawRequest.get(set, ["If-None-Match: *"]), 304), ("POST", RawRequest.post("/auth", "[]"), 400),
        ("GET", RawRequest.get("/ping?x"), 200), ("GET", RawRequest.get("/ping"), 200),
        ("GET", RawRequest.get("/auth"), 405), ("POST", RawRequest.chunked("/auth", ["{", "}"]), 400),
        ("HEAD", RawRequest.head("HEAD", set, ["If-None-Match: *"]), 304), ("GET", RawRequest.get(set), 200),
        ("POST", RawRequest.post("/ping", "a body that nobody reads"), 405), ("GET", RawRequest.get("/ping"), 200),
    ]

    @Test("are answered in their order", arguments: [1, 20])
    func order(rounds: Int) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            let requests = (0..<rounds).flatMap { _ in Self.mixed }
            let sending = Task { try await connection.send(requests.flatMap(\.request)) }
            for (number, request) in requests.enumerated() {
                let answer = try await connection.response(to: request.method)
                #expect(answer.status == request.status, "request \(number)")
            }
            try await sending.value
        }
    }

    @Test("are answered as well when they arrive byte by byte")
    func singleBytes() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            for request in Self.mixed {
                for byte in request.request { try await connection.send([byte]) }
                let answer = try await connection.response(to: request.method)
                #expect(answer.status == request.status)
            }
        }
    }

    @Test("a quick answer never overtakes a slow one", arguments: ["/ping", set, "/ping?x", "/nothing"])
    func overtaking(target: String) async throws {
        let hasher = GatedHasher()
        try await TestServer.with(.init(slowHasher: hasher)) { server in
            let connection = try server.connect()
            try await connection.send(RawRequest.logIn("alice", "password of alice"))
            try await eventually { hasher.waiting == 1 }
            // In a packet of its own, when the server has nothing to do but wait.
            try await connection.send(RawRequest.get(target))
            #expect(try await server.isAlive())
            hasher.open()
            let first = try await connection.response()
            #expect(first.text.hasPrefix(#"{"token":"#))
            let second = try await connection.response()
            #expect(second.status == (target == "/nothing" ? 404 : 200))
            #expect(!second.text.hasPrefix(#"{"token":"#))
        }
    }

    @Test("while one waits for its password, the others are answered")
    func others() async throws {
        let hasher = GatedHasher()
        try await TestServer.with(.init(slowHasher: hasher)) { server in
            let slow = (0..<20).map { _ in
                Task { try await server.answer(RawRequest.logIn("alice", "password of alice")).status }
            }
            try await eventually { hasher.waiting == 20 }
            for target in ["/ping", Self.set, "/ping?x", "/health/ready"] {
                let answer = try await server.answer(RawRequest.get(target))
                #expect(answer.status == 200)
            }
            hasher.open()
            for login in slow { #expect(try await login.value == 200) }
        }
    }

    @Test(
        "what comes after the last of them is not answered, and costs it nothing",
        arguments: ["/ping", set, "/ping?x", "/nothing"], [1, 40_000])
    func afterClose(target: String, count: Int) async throws {
        try await TestServer.with { server in
            let more = (0..<count).flatMap { _ in RawRequest.get("/ping") }
            for last in [RawRequest.get(target, ["Connection: close"]), RawRequest.head("GET", target, version: "1.0")]
            {
                let connection = try server.connect()
                try await connection.send(last + more)
                // The end of the stream and not its breakdown: a reset could take the answer away.
                let bytes = try await connection.rest()
                #expect(String(decoding: bytes, as: UTF8.self).ranges(of: "HTTP/1.1 ").count == 1)
            }
        }
    }

    @Test("a client who asks and asks and reads nothing is not listened to for ever", arguments: [set, set + "?x"])
    func backpressure(target: String) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            let requests = (0..<1_000).flatMap { _ in RawRequest.get(target) }
            // What the sockets of both sides hold is a few megabytes; the rest would be memory of the server.
            let limit = 64_000_000
            let sent = try await connection.flood(requests, limit: limit)
            #expect(sent < limit)
            #expect(try await server.isAlive())
        }
    }
}
