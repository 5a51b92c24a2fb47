import Testing

@Suite("Paths and methods", .timeLimit(.minutes(1)))
struct PathTests {
    @Test(
        "a path that is not exactly one of ours is not found",
        arguments: [
            "//", "/nothing", "//auth", "/auth/", "/%61uth", "/Auth", "/AUTH", "/auth;a=b", "/./auth",
            "/a/../auth",
            "/auth%00", "/auth%3Fexpired=true", "/auth%2F", "/register/", "//register", "/ping/", "//ping", "/p%69ng",
            "/.well-known", "/.well-known/", "/.well-known/jwks", "/.well-known/jwks.json/",
            "/.well-known//jwks.json", "/%2Ewell-known/jwks.json", "/.well-known/openid-configuration/", "/health",
            "/health/", "/health/live/", "/favicon.ico", "/robots.txt", "/\(String(repeating: "x", count: 4_000))",
        ],
        ["GET", "POST", "HEAD", "DELETE"])
    func notFound(path: String, method: String) async throws {
        try await TestServer.with { server in
            let request = method == "POST" ? RawRequest.post(path, "{}") : RawRequest.head(method, path)
            let connection = try server.connect()
            try await connection.send(request + RawRequest.get("/ping", ["Connection: close"]))
            let answer = try await connection.response(to: method)
            #expect(answer.status == 404)
            if method != "HEAD" { #expect(answer.errorCode == "not_found") }
            #expect(answer["Content-Type"] == "application/json")
            // The connection is as good as before: nothing of this exchange is taken for the next.
            #expect(try await connection.response().statusLine == "HTTP/1.1 200 OK")
            #expect(try await connection.rest().isEmpty)
        }
    }

    @Test("who takes a wrong path is told the right ones, and not what was asked")
    func pathsAreNamed() async throws {
        try await TestServer.with(.init(issuer: "https://issuer.example/tenant")) { server in
            let answer = try await server.answer(RawRequest.get("/jwks.json?secret"))
            #expect(answer.status == 404)
            for path in ["/auth,", "/register,", "/ping,", "/.well-known/jwks.json,", "/tenant/.well-known/jwks.json,"]
            {
                #expect(answer.text.contains(" \(path)"))
            }
            #expect(!answer.text.contains(" /jwks.json") && !answer.text.contains("secret"))
        }
    }

    private static let methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]
    private static let paths = [
        ("/auth", ["POST"]), ("/password", ["POST"]), ("/register", ["POST"]),
        ("/.well-known/jwks.json", ["GET", "HEAD"]),
        ("/ping", ["GET", "HEAD"]),
        ("/health/live", ["GET", "HEAD"]), ("/health/ready", ["GET", "HEAD"]), ("/", ["GET", "HEAD"]),
        ("/.well-known/openid-configuration", ["GET", "HEAD"]),
        ("/.well-known/oauth-authorization-server", ["GET", "HEAD"]), ("/openapi.json", ["GET", "HEAD"]),
    ]

    @Test("any other method on a known path is 405 and is told what is allowed", arguments: paths, methods)
    func methodNotAllowed(path: (String, allowed: [String]), method: String) async throws {
        guard !path.allowed.contains(method) else { return }
        let (path, allowed) = path
        try await TestServer.with { server in
            let connection = try server.connect()
            let request = method == "POST" ? RawRequest.post(path, "{}") : RawRequest.head(method, path)
            try await connection.send(request + RawRequest.get("/ping", ["Connection: close"]))
            let answer = try await connection.response(to: method)
            #expect(answer.status == 405)
            if method != "HEAD" { #expect(answer.errorCode == "method_not_allowed") }
            #expect(answer["Allow"] == allowed.joined(separator: ", "))
            let isKeptByNobody = ["/auth", "/password", "/register", "/"].contains(path)
            #expect(answer["Cache-Control"] == (isKeptByNobody ? "no-store" : nil))
            #expect(try await connection.response().statusLine == "HTTP/1.1 200 OK")
            #expect(try await connection.rest().isEmpty)
        }
    }

    @Test("a query changes no path", arguments: ["/ping?", "/ping?a=b", "/ping?/auth", "/.well-known/jwks.json?x=1"])
    func query(target: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.get(target))
            #expect(answer.status == 200)
        }
    }

    @Test(
        "a target in absolute form names the same path (RFC 9112 §3.2.2)",
        arguments: [
            ("http://localhost/ping", 200), ("http://127.0.0.1:8080/ping?a=b", 200), ("http://localhost/auth", 405),
            ("http://localhost/%61uth", 404), ("http://localhost", 200), ("http://localhost//auth", 404),
        ])
    func absoluteForm(target: String, status: Int) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.get(target))
            #expect(answer.status == status)
        }
    }
}
