import Testing

@Suite("A request to speak another protocol", .timeLimit(.minutes(1)))
struct UpgradeTests {
    private static let h2c = [
        "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
    ]
    private static let webSocket = [
        "Connection: keep-alive, Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ]

    private static let requests: [(method: String, bytes: [UInt8], status: Int)] = [h2c, webSocket].flatMap { fields in
        [
            ("GET", RawRequest.get("/.well-known/jwks.json", fields), 200),
            ("GET", RawRequest.get("/ping", fields), 200),
            ("GET", RawRequest.get("/ping?x", fields), 200), ("HEAD", RawRequest.head("HEAD", "/ping", fields), 200),
            ("GET", RawRequest.get("/nothing", fields), 404), ("GET", RawRequest.get("/auth", fields), 405),
            ("POST", RawRequest.logIn("alice", "password of alice", fields), 200),
            ("POST", RawRequest.chunked("/auth", ["{", "}"], fields), 400),
            ("CONNECT", RawRequest.head("CONNECT", "a.example:443"), 404),
        ]
    }

    @Test(
        "is answered in this one, and the connection ends: nothing behind it waits for ever",
        arguments: requests, [false, true])
    func answered(request: (method: String, bytes: [UInt8], status: Int), isFollowed: Bool) async throws {
        try await TestServer.with { server in
            for _ in 1...2 {
                let connection = try server.connect()
                try await connection.send(request.bytes + (isFollowed ? RawRequest.get("/ping") : []))
                let answer = try await connection.response(to: request.method)
                #expect(answer.status == request.status)
                #expect(answer.values("Connection") == ["close"])
                #expect(answer["Upgrade"] == nil)
                #expect(try await connection.rest().isEmpty)
            }
        }
    }
}
