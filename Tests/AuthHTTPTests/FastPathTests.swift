import AuthCore
import AuthTestSupport
import Testing

/// A request, with TAG in place of the JWK Set's entity tag.
struct FastRequest: Sendable, CustomTestStringConvertible {
    let text: String
    /// Whether the fast path is to answer it when it comes alone.
    let isFast: Bool
    /// Whether the connection ends with the answer.
    let closes: Bool
    let body: String

    init(_ text: String, body: String = "", isFast: Bool = false, closes: Bool = false) {
        self.text = text
        self.body = body
        self.isFast = isFast
        self.closes = closes
    }

    var testDescription: String {
        text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: " ⏎ ")
    }

    func bytes(_ tag: String) -> [UInt8] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let parts = lines.joined(separator: "\r\n").split(separator: "TAG", omittingEmptySubsequences: false)
        return Array((parts.joined(separator: tag) + "\r\n\r\n" + body).utf8)
    }
}

extension FastRequest {
    private static let set = "GET /.well-known/jwks.json HTTP/1.1\nHost: a"
    private static let head = "HEAD /.well-known/jwks.json HTTP/1.1\nHost: a"
    private static let ping = "GET /ping HTTP/1.1\nHost: a"

    private static let metadata = "GET /.well-known/openid-configuration HTTP/1.1\nHost: a"

    static let all = plain + conditional + closing + odd + ofMetadata + otherProtocols

    private static let ofMetadata = [
        FastRequest(metadata, isFast: true), FastRequest(metadata + "\nIf-None-Match: *", isFast: true),
        FastRequest(metadata + "\nIf-None-Match: TAG", isFast: true),
        FastRequest(metadata + "\nConnection: close", isFast: true, closes: true),
        FastRequest("HEAD /.well-known/oauth-authorization-server HTTP/1.1\nHost: a", isFast: true),
        FastRequest("GET /.well-known/oauth-authorization-server HTTP/1.1\nHost: a\nOrigin: b", isFast: true),
        FastRequest("GET /.well-known/openid-configuration?x HTTP/1.1\nHost: a"),
        FastRequest("GET /openapi.json HTTP/1.1\nHost: a", isFast: true),
        FastRequest("HEAD /openapi.json HTTP/1.1\nHost: a\nConnection: close", isFast: true, closes: true),
    ]

    /// A client that would rather speak something else; the decoder is deaf after it.
    private static let otherProtocols =
        [set, head, ping].flatMap { request in
            [
                FastRequest(
                    request
                        + "\nConnection: Upgrade, HTTP2-Settings\nUpgrade: h2c\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
                    isFast: true, closes: true),
                FastRequest(
                    request + "\nConnection: keep-alive, upgrade\nUpgrade: websocket", isFast: true, closes: true),
                FastRequest(request + "\nUpgrade: h2c", isFast: true, closes: true),
            ]
        } + [FastRequest("GET /ping?x HTTP/1.1\nHost: a\nConnection: Upgrade\nUpgrade: h2c", closes: true)]

    private static let plain = [
        FastRequest(set, isFast: true), FastRequest(head, isFast: true), FastRequest(ping, isFast: true),
        FastRequest(set + "\nUser-Agent: verifier/1.0\nAccept: application/json\nAccept-Encoding: gzip", isFast: true),
        FastRequest(ping + "\nAccept: text/html\nAccept-Language: de", isFast: true),
        FastRequest(set + "\nRange: bytes=0-3", isFast: true),
        FastRequest(set + "\nOrigin: https://b.example", isFast: true),
        FastRequest(set + "\nIf-Modified-Since: Mon, 23 Nov 2026 14:52:36 GMT", isFast: true),
        FastRequest(set + "\nCache-Control: no-cache\nPragma: no-cache", isFast: true),
        FastRequest(ping + "\nIf-None-Match: *", isFast: true),
    ]

    private static let conditional = [
        FastRequest(set + "\nIf-None-Match: TAG", isFast: true),
        FastRequest(set + "\nif-none-match: TAG", isFast: true),
        FastRequest(set + "\nIf-None-Match: W/TAG", isFast: true),
        FastRequest(set + "\nIf-None-Match: *", isFast: true),
        FastRequest(set + "\nIf-None-Match: \"a\", TAG, \"b\"", isFast: true),
        FastRequest(set + "\nIf-None-Match: \"a\",TAG", isFast: true),
        FastRequest(set + "\nIf-None-Match: \"a\", \"b\"", isFast: true),
        FastRequest(set + "\nIf-None-Match: \"a\"\nIf-None-Match: TAG", isFast: true),
        FastRequest(set + "\nIf-None-Match: TAG\nIF-NONE-MATCH: \"a\"", isFast: true),
        FastRequest(set + "\nIf-None-Match: \"a\"\nIf-None-Match: \"b\"", isFast: true),
        FastRequest(set + "\nIf-None-Match:", isFast: true), FastRequest(set + "\nIf-None-Match: ,", isFast: true),
        FastRequest(set + "\nIf-None-Match: TAGx", isFast: true),
        FastRequest(set + "\nIf-None-Match: w/TAG", isFast: true),
        FastRequest(set + "\nIf-None-Match: \t TAG \t", isFast: true),
        FastRequest(set + "\nIf-None-Match: TAG, ", isFast: true),
        FastRequest(set + "\nIf-None-Match: \"a, TAG, b\"", isFast: true),
        FastRequest(set + "\nIf-Match: \"a\"", isFast: true),
        FastRequest(head + "\nIf-None-Match: TAG"), FastRequest(head + "\nIf-None-Match: \"a\""),
        FastRequest(set + "\nConnection: close\nIf-None-Match: TAG", isFast: true, closes: true),
    ]

    private static let closing = [set, head, ping].flatMap { request in
        let old = request.split(separator: "1.1").joined(separator: "1.0")
        return [
            FastRequest(request + "\nConnection: close", isFast: true, closes: true),
            FastRequest(request + "\nConnection: Close", isFast: true, closes: true),
            FastRequest(request + "\nconnection:close", isFast: true, closes: true),
            FastRequest(request + "\nConnection: keep-alive", isFast: true),
            FastRequest(request + "\nConnection: keep-alive, close", isFast: true, closes: true),
            FastRequest(request + "\nConnection: close, TE", isFast: true, closes: true),
            FastRequest(request + "\nConnection: keep-alive\nConnection: close", isFast: true, closes: true),
            FastRequest(request + "\nConnection: X-Nothing", isFast: true),
            FastRequest(old, isFast: true, closes: true),
            FastRequest(old + "\nConnection: close", isFast: true, closes: true),
            FastRequest(old + "\nConnection: keep-alive", isFast: true),
            FastRequest(old + "\nConnection: Keep-Alive", isFast: true),
        ]
    }

    private static let odd = [
        FastRequest("GET /ping HTTP/1.0", isFast: true, closes: true),
        FastRequest(ping + "\nX-Long: \(String(repeating: "x", count: 900))", isFast: true),
        FastRequest("HEAD /ping HTTP/1.1\nHost: a", isFast: true), FastRequest("GET /ping? HTTP/1.1\nHost: a"),
        FastRequest("GET /ping?a=b HTTP/1.1\nHost: a"), FastRequest("GET /.well-known/jwks.json?a=b HTTP/1.1\nHost: a"),
        FastRequest("GET http://a/ping HTTP/1.1\nHost: a"), FastRequest("GET http://b:1/ping?x HTTP/1.1\nHost: a"),
        FastRequest("GET http://a/.well-known/jwks.json HTTP/1.1\nHost: a\nIf-None-Match: TAG"),
        FastRequest("GET /ping/ HTTP/1.1\nHost: a"), FastRequest("GET /p%69ng HTTP/1.1\nHost: a"),
        FastRequest("GET //ping HTTP/1.1\nHost: a"), FastRequest("OPTIONS /ping HTTP/1.1\nHost: a"),
        FastRequest("DELETE /.well-known/jwks.json HTTP/1.1\nHost: a"), FastRequest(ping + "\nContent-Length: 0"),
        FastRequest(ping + "\nExpect: 100-continue"),
        FastRequest(ping + "\nExpect: a miracle"), FastRequest(set + "\nContent-Length: 0"),
        FastRequest(ping + "\nContent-Length: 4", body: "body"),
        FastRequest(ping + "\nTransfer-Encoding: chunked", body: "4\r\nbody\r\n0\r\n\r\n"),
        FastRequest("POST /ping HTTP/1.1\nHost: a\nContent-Length: 0"),
    ]
}

@Suite("The fast path", .timeLimit(.minutes(1)))
struct FastPathTests {
    /// Everything that comes back for `request` and, where the connection lives on, for one more after it.
    private func transcript(_ server: TestServer, _ request: FastRequest, _ tag: String) async throws -> [UInt8] {
        let last = RawRequest.get("/nothing", ["Connection: close"])
        let connection = try server.connect()
        try await connection.send(request.bytes(tag) + (request.closes ? [] : last))
        return try await connection.rest()
    }

    @Test("answers what the ordinary route answers, to the byte", arguments: FastRequest.all)
    func equality(request: FastRequest) async throws {
        let hasher = GatedHasher()
        try await TestServer.with(.init(slowHasher: hasher)) { server in
            let tag = try #require(server.keyRing.current?.set.entityTag)
            let alone = try await transcript(server, request, tag)
            let fastAnswers = server.fastAnswers
            #expect(fastAnswers == (request.isFast ? 1 : 0))

            // Behind a login that takes its time, nothing can be answered at once.
            let slow = RawRequest.logIn("mallory", "x")
            let connection = try server.connect()
            let last = request.closes ? [] : RawRequest.get("/nothing", ["Connection: close"])
            try await connection.send(slow + request.bytes(tag) + last)
            try await eventually { hasher.waiting == 1 }
            hasher.open()
            #expect(try await connection.response(to: "POST").status == 401)
            let behind = try await connection.rest()
            #expect(server.fastAnswers == fastAnswers)
            #expect(maskingDates(alone) == maskingDates(behind))
        }
    }
    @Test("answers the same when the same bytes come again", arguments: FastRequest.all)
    func repetition(request: FastRequest) async throws {
        try await TestServer.with { server in
            let tag = try #require(server.keyRing.current?.set.entityTag)
            let bytes = request.bytes(tag)
            let first = try await answers(server, bytes, request)
            for round in 2...4 {
                #expect(try await answers(server, bytes, request) == first, "round \(round)")
            }
            #expect(server.fastAnswers == (request.isFast ? (request.closes ? 4 : 8) : 0))

            // The same bytes mean something else once the keys have changed.
            server.keyRing.publish(try TestKeys.ring(published: [3]))
            for answer in try await answers(server, bytes, request) {
                #expect(!answer.contains("\"kid\":\"1\""))
                #expect(!answer.contains(tag))
                if request.text.contains("TAG") { #expect(answer.hasPrefix("HTTP/1.1 200")) }
            }
        }
    }

    @Test(
        "takes the bytes of a known request for a request only where one may begin",
        arguments: [
            ("GET /.well-known/jwks.json HTTP/1.1\r\nX-Part: ", "kid"),
            ("GET /nothing HTTP/1.1\r\nX-Part: ", "not_found"),
            (
                "POST /auth HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 31\r\n\r\n",
                "invalid"
            ),
        ])
    func fragments(beginning: String, answered: String) async throws {
        try await TestServer.with { server in
            let known = Array("GET /ping HTTP/1.1\r\nHost: abc\r\n\r\n".utf8)
            // Each event loop has met it.
            for _ in 1...8 { #expect(try await server.answer(known).text.contains("alive")) }
            let connection = try server.connect()
            try await connection.send(Array(beginning.utf8))
            // By now the beginning has been read: these came after it.
            for _ in 1...8 { _ = try await server.answer(known) }
            try await connection.send(known)
            let answer = try await connection.response(to: "GET")
            #expect(answer.text.contains(answered), "\(answer.text)")
        }
    }

    /// The answers to `bytes` on a new connection, asked twice where it lives on.
    private func answers(
        _ server: TestServer, _ bytes: [UInt8], _ request: FastRequest
    ) async throws -> [String] {
        let connection = try server.connect()
        let method = request.text.prefix { $0 != " " }
        var answers: [String] = []
        for _ in 1...(request.closes ? 1 : 2) {
            try await connection.send(bytes)
            answers.append(maskingDates(try await connection.response(to: String(method)).bytes))
        }
        return answers
    }
}
