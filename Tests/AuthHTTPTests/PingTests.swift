import AuthCore
import AuthTestSupport
import Testing

@Suite("GET /ping and the health paths", .timeLimit(.minutes(1)))
struct PingTests {
    @Test("/ping answers the text that old clients compare")
    func ping() async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.get("/ping"))
            #expect(answer.statusLine == "HTTP/1.1 200 OK")
            #expect(answer.text == #"{"message":"project 3 jwks server alive"}"#)
            #expect(answer["Content-Type"] == "application/json")
        }
    }

    @Test("the health paths answer 200", arguments: ["/health/live", "/health/ready"])
    func healthy(path: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.get(path))
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
        }
    }

    @Test(
        "a monitor that asks with HEAD gets the same head and no body",
        arguments: ["/ping", "/health/live", "/health/ready"])
    func head(path: String) async throws {
        try await TestServer.with { server in
            for isReady in [true, false] {
                server.store.fail(with: isReady ? nil : AuthError.unavailable("disk I/O error"))
                let full = try await server.answer(RawRequest.get(path))
                let connection = try server.connect()
                try await connection.send(RawRequest.head("HEAD", path, ["Connection: close"]))
                let head = try await connection.response(to: "HEAD")
                #expect(head.status == full.status)
                #expect(head["Content-Length"] == full["Content-Length"])
                #expect(try await connection.rest().isEmpty)
            }
        }
    }

    @Test("a store that does not answer makes the server not ready, and nothing else that needs no store")
    func outage() async throws {
        try await TestServer.with { server in
            server.store.fail(with: AuthError.unavailable("disk I/O error in /var/lib/jwks.db"))
            let ready = try await server.answer(RawRequest.get("/health/ready"))
            #expect(ready.status == 503)
            #expect(ready.errorCode == "unavailable")
            #expect(!ready.text.contains("disk") && !ready.text.contains("/var"))
            for path in ["/health/live", "/ping", "/.well-known/jwks.json"] {
                #expect(try await server.answer(RawRequest.get(path)).status == 200)
            }

            server.store.fail(with: nil)
            #expect(try await server.answer(RawRequest.get("/health/ready")).status == 200)
        }
    }
}
