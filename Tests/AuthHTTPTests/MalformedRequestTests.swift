import AuthTestSupport
import Testing

@Suite("What is not HTTP", .timeLimit(.minutes(1)))
struct MalformedRequestTests {
    private func expectRefusal(
        _ connection: RawConnection, _ line: String = "400 Bad Request", code: String = "invalid_request"
    ) async throws {
        let answer = try await connection.response()
        #expect(answer.statusLine == "HTTP/1.1 \(line)")
        #expect(answer.errorCode == code)
        #expect(answer["Content-Type"] == "application/json")
        #expect(answer.values("Connection") == ["close"])
        #expect(try await connection.rest().isEmpty)
    }

    @Test(
        "is 400 in our shape, the end of its connection and of nothing else",
        arguments: Malformed.requestLines + Malformed.fields + Malformed.hosts + Malformed.lengths + Malformed.chunks)
    func refused(sample: Malformed) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(sample.bytes)
            try await expectRefusal(connection)
            #expect(try await server.isAlive())
            #expect(server.hasher.calls == .init())
        }
    }

    @Test("a head that is too large is 431, and no more of it is kept", arguments: Malformed.tooLarge)
    func tooLarge(sample: Malformed) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(sample.bytes)
            try await expectRefusal(connection, "431 Request Header Fields Too Large", code: "head_too_large")
            #expect(try await server.isAlive())
        }
    }

    @Test("is so too after a good request", arguments: [RawRequest.get("/ping"), RawRequest.get("/ping?x")])
    func afterGood(request: [UInt8]) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(request)
            let good = try await connection.response()
            #expect(good.status == 200)
            try await connection.send(Array("HELLO\r\n\r\n".utf8))
            try await expectRefusal(connection)
        }
    }

    @Test("is so too right behind one that is still being answered")
    func behindSlow() async throws {
        let hasher = GatedHasher()
        try await TestServer.with(.init(slowHasher: hasher)) { server in
            let connection = try server.connect()
            try await connection.send(RawRequest.logIn("alice", "password of alice") + Array("HELLO\r\n\r\n".utf8))
            try await eventually { hasher.waiting == 1 }
            hasher.open()
            let good = try await connection.response()
            #expect(good.status == 200)
            try await expectRefusal(connection)
        }
    }

    @Test("and one that is refused for what it says keeps its own answer")
    func behindRefused() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(RawRequest.post("/auth", "{}") + Array("HELLO\r\n\r\n".utf8))
            let refused = try await connection.response()
            #expect(refused.status == 400)
            #expect(refused.text.contains("username is missing"))
            #expect(refused["Cache-Control"] == "no-store")
            try await expectRefusal(connection)
        }
    }

    @Test("in the body of a login is an answer of /auth, which nobody stores", arguments: Malformed.chunks)
    func inBody(sample: Malformed) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(sample.bytes)
            #expect(answer.status == 400)
            #expect(answer["Cache-Control"] == "no-store")
        }
    }

    @Test("and so it is in a body that comes after its head, part by part")
    func inLateBody() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            let fields = ["Content-Type: application/json", "Transfer-Encoding: chunked"]
            for part in [RawRequest.head("POST", "/auth", fields), Array("1\r\n{\r\n".utf8), Array("x\r\n".utf8)] {
                try await connection.send(part)
                // What was sent has been read when another connection is answered.
                #expect(try await server.isAlive())
            }
            let answer = try await connection.response()
            #expect(answer.status == 400)
            #expect(answer["Cache-Control"] == "no-store")
            #expect(try await connection.rest().isEmpty)
        }
    }

    @Test(
        "behind the last request of a connection is passed over",
        arguments: ["HELLO\r\n\r\n", "GET /ping HTTP/1.1\r\n\r\n"])
    func behindLast(more: String) async throws {
        let hasher = GatedHasher()
        try await TestServer.with(.init(slowHasher: hasher)) { server in
            let connection = try server.connect()
            let last = RawRequest.logIn("alice", "password of alice", ["Connection: close"])
            try await connection.send(last + Array(more.utf8))
            try await eventually { hasher.waiting == 1 }
            hasher.open()
            let good = try await connection.response()
            #expect(good.status == 200)
            #expect(try await connection.rest().isEmpty)
        }
    }

    @Test("a body that nobody asked for is looked at as well")
    func unreadBody() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(
                RawRequest.head("POST", "/ping", ["Transfer-Encoding: chunked"]) + Array("x\r\n".utf8))
            let answer = try await connection.response()
            #expect([400, 405].contains(answer.status))
            #expect(answer.errorCode != nil)
            if answer.status == 405 { try await expectRefusal(connection) }
        }
    }

    @Test(
        "a host is any host, where it is one",
        arguments: [
            "localhost", "a.example:8080", "127.0.0.1", "[::1]", "[::1]:8080", "[fe80::1%25eth0]", "a:", "", "  a  ",
            "%61",
            "a_b", "xn--bcher-kva.example",
        ])
    func hosts(host: String) async throws {
        try await TestServer.with { server in
            for target in ["/ping", "/ping?x"] {
                let answer = try await server.answer(RawRequest.head("GET", target, host: "Host: \(host)"))
                #expect(answer.status == 200)
            }
        }
    }

    @Test("without a host behind one that is still being answered is explained after its answer")
    func hostBehindSlow() async throws {
        let hasher = GatedHasher()
        try await TestServer.with(.init(slowHasher: hasher)) { server in
            let connection = try server.connect()
            let more = RawRequest.head("GET", "/ping", host: nil) + RawRequest.get("/ping")
            try await connection.send(RawRequest.logIn("alice", "password of alice") + more)
            try await eventually { hasher.waiting == 1 }
            hasher.open()
            #expect(try await connection.response().status == 200)
            try await expectRefusal(connection)
        }
    }

    @Test("a hundred fields are HTTP")
    func hundredFields() async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.get("/ping", (0..<99).map { "X-\($0): 1" }))
            #expect(answer.status == 200)
        }
    }

    @Test("line breaks before a request are passed over (RFC 9112 §2.2)")
    func leadingBreaks() async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(Array("\r\n\r\n".utf8) + RawRequest.get("/ping"))
            #expect(answer.status == 200)
        }
    }
}
