import AuthTestSupport
import Testing

@Suite("Bodies of a POST", .timeLimit(.minutes(1)))
struct BodyTests {
    private static let largest = 8 * 1_024

    /// A login as JSON with so many bytes.
    private static func body(bytes: Int) -> String {
        let login = #"{"username":"alice","password":"password of alice"}"#
        return login + String(repeating: " ", count: bytes - login.utf8.count)
    }

    @Test("8 KiB are read, however they come", arguments: [true, false])
    func largestBody(chunked: Bool) async throws {
        try await TestServer.with { server in
            let body = Self.body(bytes: Self.largest)
            let request = chunked ? RawRequest.chunked("/auth", [body]) : RawRequest.post("/auth", body)
            let answer = try await server.answer(request)
            #expect(answer.status == 200)
        }
    }

    @Test("a body in single bytes is one body")
    func singleBytes() async throws {
        try await TestServer.with { server in
            let chunks = Self.body(bytes: 200).map { String($0) }
            let answer = try await server.answer(RawRequest.chunked("/auth", chunks))
            #expect(answer.status == 200)
        }
    }

    @Test(
        "more is 413, said before the body was sent", arguments: ["/auth", "/password", "/register"],
        [8_193, 1_000_000, Int.max])
    func announced(path: String, length: Int) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(
                RawRequest.head("POST", path, ["Content-Type: application/json", "Content-Length: \(length)"]))
            try await expectTooLarge(connection)
            #expect(server.hasher.calls == .init())
        }
    }

    @Test(
        "more is 413 and the connection ends, however it comes", arguments: ["/auth", "/password", "/register"], [1, 3])
    func tooLarge(path: String, chunkCount: Int) async throws {
        try await TestServer.with { server in
            let body = Self.body(bytes: Self.largest + 1)
            let plain = try server.connect()
            try await plain.send(RawRequest.post(path, body))
            try await expectTooLarge(plain)

            let chunks = (0..<chunkCount).map { _ in String(repeating: " ", count: Self.largest / chunkCount + 1) }
            let chunked = try server.connect()
            try await chunked.send(RawRequest.chunked(path, chunks))
            try await expectTooLarge(chunked)
        }
    }

    @Test("a chunked body without end is 413 as soon as it is too large, and the answer arrives")
    func endless() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(
                RawRequest.head("POST", "/auth", ["Content-Type: application/json", "Transfer-Encoding: chunked"]))
            let chunk = Array("400\r\n\(String(repeating: " ", count: 1_024))\r\n".utf8)
            for _ in 0..<64 { try await connection.send(chunk) }
            try await expectTooLarge(connection)
            #expect(try await server.isAlive())
        }
    }

    @Test(
        "a chunk that is announced too large is 413 before it comes", arguments: ["/auth", "/password", "/register"],
        [
            "2001\r\n", "ffffffffffffffff\r\n", "2001;a=b\r\n{",
            "2000\r\n\(String(repeating: " ", count: 8_192))\r\n1\r\n",
        ])
    func announcedChunk(path: String, chunk: String) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(
                RawRequest.head("POST", path, ["Content-Type: application/json", "Transfer-Encoding: chunked"])
                    + Array(chunk.utf8))
            try await expectTooLarge(connection)
            #expect(server.hasher.calls == .init())
        }
    }

    @Test(
        "on every other route such a chunk is the end of the connection, behind the answer",
        arguments: [
            ("GET", "/ping", 200), ("POST", "/ping", 405), ("GET", "/health/live", 200), ("POST", "/nothing", 404),
        ],
        ["2001\r\n", String(repeating: "1\r\n \r\n", count: 8_193)])
    func announcedElsewhere(request: (method: String, path: String, status: Int), chunks: String) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(
                RawRequest.head(request.method, request.path, ["Transfer-Encoding: chunked"]) + Array(chunks.utf8))
            let answer = try await connection.response()
            #expect(answer.status == request.status)
            // Well before the deadline of a body.
            let begin = ContinuousClock.now
            #expect(try await connection.rest().isEmpty)
            #expect(ContinuousClock.now - begin < .seconds(4))
        }
    }

    @Test("wherever the head before such a chunk was cut", arguments: 0...6)
    func announcedBehindCut(back: Int) async throws {
        try await TestServer.with { server in
            let fields = ["Content-Type: application/json", "Transfer-Encoding: chunked"]
            let bytes = RawRequest.head("POST", "/auth", fields) + Array("2001\r\n".utf8)
            let connection = try server.connect()
            try await connection.send(Array(bytes.dropLast(back + 6)))
            // So that it is a read of its own.
            try await Task.sleep(for: .milliseconds(50))
            try await connection.send(Array(bytes.suffix(back + 6)))
            try await expectTooLarge(connection)
        }
    }

    @Test("such a chunk behind a login that is being answered waits for its turn")
    func announcedBehindSlow() async throws {
        let hasher = GatedHasher()
        try await TestServer.with(.init(slowHasher: hasher)) { server in
            let connection = try server.connect()
            let fields = ["Content-Type: application/json", "Transfer-Encoding: chunked"]
            try await connection.send(
                RawRequest.logIn("alice", "password of alice") + RawRequest.head("POST", "/auth", fields)
                    + Array("ffffffff\r\n\(String(repeating: " ", count: 20_000))".utf8))
            try await eventually { hasher.waiting == 1 }
            hasher.open()
            let good = try await connection.response()
            #expect(good.status == 200)
            try await expectTooLarge(connection)
        }
    }

    private func expectTooLarge(_ connection: RawConnection) async throws {
        let answer = try await connection.response()
        #expect(answer.status == 413)
        #expect(answer.errorCode == "body_too_large")
        #expect(answer["Cache-Control"] == "no-store")
        #expect(answer.values("Connection") == ["close"])
        #expect(try await connection.rest().isEmpty)
    }

    @Test(
        "JSON is the only type",
        arguments: [
            ("application/json", true), ("application/json; charset=utf-8", true),
            ("application/json;charset=utf-8", true),
            ("application/json ; charset=utf-8", true), ("APPLICATION/JSON", true), ("application/json;", true),
            (nil, false), ("", false), ("text/plain", false), ("application/x-www-form-urlencoded", false),
            ("multipart/form-data; boundary=x", false), ("application/jsonp", false),
            ("application/json-patch+json", false),
            ("text/json", false), ("application/", false), ("json", false), ("*/*", false),
            ("text/plain; a=application/json", false), ("application/json, text/plain", false),
            ("application/json text/plain", false),
        ] as [(String?, Bool)],
        ["/auth", "/password", "/register"])
    func types(type: (String?, isTaken: Bool), path: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.post(path, "{}", type: type.0))
            // An empty object is refused for what it lacks, once its type is right.
            #expect(answer.status == (type.isTaken ? 400 : 415))
            #expect(answer.errorCode == (type.isTaken ? "invalid_request" : "unsupported_media_type"))
            #expect(answer["Cache-Control"] == "no-store")
        }
    }

    @Test("two types are none")
    func twoTypes() async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.post("/auth", "{}", ["Content-Type: text/plain"]))
            #expect(answer.status == 415)
        }
    }
}
