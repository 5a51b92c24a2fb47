import AuthCore
import AuthTestSupport
import MetricsTestKit
import Testing

@Suite("POST /token", .timeLimit(.minutes(1)))
struct TokenEndpointTests {
    @Test("answers tokens in the shape of RFC 6749 §5.1, and nobody keeps them")
    func shape() async throws {
        try await TestServer.with { server in
            try await OAuthSample.add(to: server)
            let answer = try await server.answer(OAuthSample.post("/token", OAuthSample.exchange))
            #expect(answer.statusLine == "HTTP/1.1 200 OK")
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer["Pragma"] == "no-cache")
            #expect(answer["Access-Control-Allow-Origin"] == "*")
            let jwt = #"[\w-]+\.[\w-]+\.[\w-]{342}"#
            let shape = try Regex(
                #"\{"access_token":"\#(jwt)","token_type":"Bearer","expires_in":600,"refresh_token":"rt_[\w-]{82}","#
                    + #""id_token":"\#(jwt)","scope":"openid email"\}"#)
            #expect(try shape.wholeMatch(in: answer.text) != nil, "\(answer.text)")
            let tokens = server.metrics.counters(label: "jwks_tokens_issued_total").filter {
                $0.dimensions.contains { $0 == ("grant", "authorization_code") }
            }
            #expect(tokens.reduce(0) { $0 + $1.totalValue } == 2)
        }
    }

    struct Proof: Sendable {
        let form: String
        var fields: [String] = []
        let status: Int
        var error: String?
    }

    @Test(
        "takes a secret in Basic or in the body, with any character, and never both",
        arguments: [
            Proof(form: "", fields: [OAuthSample.basic], status: 200),
            Proof(form: "&client_id=web", fields: [OAuthSample.basic], status: 200),
            Proof(form: "&client_id=web&client_secret=\(OAuthSample.escapedSecret)", status: 200),
            Proof(
                form: "&client_id=web&client_secret=\(OAuthSample.escapedSecret)", fields: ["Authorization: Bearer x"],
                status: 200),
            Proof(
                form: "&client_secret=\(OAuthSample.escapedSecret)", fields: [OAuthSample.basic], status: 400,
                error: "invalid_request"),
            Proof(form: "&client_id=app", fields: [OAuthSample.basic], status: 400, error: "invalid_request"),
            Proof(form: "&client_id=web&client_id=web", status: 400, error: "invalid_request"),
            Proof(form: "", status: 401, error: "invalid_client"),
            Proof(form: "&client_id=web", status: 401, error: "invalid_client"),
            Proof(form: "&client_id=web&client_secret=wrong", status: 401, error: "invalid_client"),
            Proof(form: "", fields: ["Authorization: Basic !"], status: 401, error: "invalid_client"),
            Proof(form: "", fields: ["Authorization: Basic d2ViOndyb25n"], status: 401, error: "invalid_client"),
            Proof(form: "", fields: [OAuthSample.basic, OAuthSample.basic], status: 401, error: "invalid_client"),
            // A public client has no code of web's.
            Proof(form: "&client_id=app", status: 400, error: "invalid_grant"),
            // x/oauth2 shows a public client's id this way first.
            Proof(form: "", fields: ["Authorization: Basic YXBwOg=="], status: 400, error: "invalid_grant"),
        ])
    func proof(_ row: Proof) async throws {
        try await TestServer.with { server in
            try await OAuthSample.add(to: server)
            let answer = try await server.answer(
                OAuthSample.post("/token", OAuthSample.exchange + row.form, row.fields))
            #expect(answer.status == row.status, "\(answer.text)")
            guard let error = row.error else { return }
            #expect(answer.errorCode == error)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer["Access-Control-Allow-Origin"] == "*")
            #expect((answer["WWW-Authenticate"]?.hasPrefix("Basic realm=\"") == true) == (row.status == 401))
            // The code is good for who shows a right secret.
            let again = try await server.answer(OAuthSample.post("/token", OAuthSample.exchange))
            #expect(again.status == 200)
        }
    }

    @Test("says what is wrong in OAuth's words, and never repeats it")
    func errors() async throws {
        try await TestServer.with { server in
            try await OAuthSample.add(to: server)
            let rows = [
                ("grant_type=password", 400, "unsupported_grant_type"), ("", 400, "invalid_request"),
                ("grant_type=client_credentials", 400, "unauthorized_client"),
                ("grant_type=refresh_token&refresh_token=leaky", 400, "invalid_grant"),
                ("grant_type=authorization_code&code=leaky", 400, "invalid_grant"),
                ("grant_type=authorization_code&code=leaky&code=leaky", 400, "invalid_request"),
                ("grant_type=authorization_code&code=%zz", 400, "invalid_request"),
                ("grant_type=authorization_code&code=", 400, "invalid_request"),
                ("\(OAuthSample.exchange)&resource=https%3A%2F%2Fleaky.example", 400, "invalid_target"),
            ]
            for (body, status, error) in rows {
                let answer = try await server.answer(OAuthSample.post("/token", body))
                #expect(answer.status == status && answer.errorCode == error, "\(body): \(answer.text)")
                #expect(!answer.text.contains("leaky"))
                #expect(answer["Pragma"] == "no-cache" && answer["Cache-Control"] == "no-store")
            }
            let json = try await server.answer(RawRequest.post("/token", "{}"))
            #expect(json.status == 415 && json.text.contains("application/x-www-form-urlencoded"))
            let get = try await server.answer(RawRequest.get("/token"))
            #expect(get.status == 405 && get["Allow"] == "POST")
            let charset = RawRequest.post(
                "/token", OAuthSample.exchange, type: "Application/X-WWW-form-urlencoded;charset=UTF-8",
                [OAuthSample.basic])
            #expect(try await server.answer(charset).status == 200)
        }
    }

    @Test("counts who cannot prove themselves, and holds nobody up who can")
    func limit() async throws {
        var setup = TestServer.Setup()
        setup.clientLimit = RateLimit(limit: 3, window: .seconds(1), name: "client")
        try await TestServer.with(setup) { server in
            try await OAuthSample.add(to: server)
            let wrong = OAuthSample.post("/token", OAuthSample.exchange + "&client_id=web&client_secret=wrong", [])
            for _ in 0..<3 { #expect(try await server.answer(wrong).status == 401) }
            let refused = try await server.answer(wrong)
            #expect(refused.status == 429 && refused["Retry-After"] == "1")
            #expect(refused["RateLimit-Policy"] == #""client";q=3;w=1"#)
            for path in ["/revoke", "/introspect"] {
                let body = "token=x&client_id=web&client_secret=wrong"
                #expect(try await server.answer(OAuthSample.post(path, body, [])).status == 429)
            }
            #expect(try await server.answer(OAuthSample.post("/token", OAuthSample.exchange)).status == 200)
            server.time.advance(by: .seconds(1))
            #expect(try await server.answer(wrong).status == 401)
        }
    }

    @Test(
        "is open to scripts of any origin, which ask first; so are the others",
        arguments: ["/token", "/revoke", "/introspect", "/userinfo"])
    func preflight(_ path: String) async throws {
        try await TestServer.with { server in
            let fields = ["Origin: https://spa.example", "Access-Control-Request-Method: POST"]
            let answer = try await server.answer(RawRequest.head("OPTIONS", path, fields))
            #expect(answer.statusLine == "HTTP/1.1 204 No Content")
            #expect(answer["Access-Control-Allow-Origin"] == "*")
            #expect(answer["Access-Control-Allow-Methods"] == (path == "/userinfo" ? "GET, HEAD, POST" : "POST"))
            #expect(
                answer["Access-Control-Allow-Headers"] == "Authorization, Content-Type, DPoP, MCP-Protocol-Version")
            #expect(answer["Access-Control-Max-Age"] == "7200")
            #expect(answer["Access-Control-Allow-Credentials"] == nil)
            let refused = try await server.answer(RawRequest.head("DELETE", path))
            #expect(refused.status == 405)
            #expect(refused.values("Access-Control-Allow-Origin") == ["*"])
            #expect(refused["Access-Control-Expose-Headers"] == "WWW-Authenticate, Retry-After")
            // The other paths know nothing of it.
            #expect(try await server.answer(RawRequest.head("OPTIONS", "/auth")).status == 405)
        }
    }

    @Test(
        "what is public anyway is open to scripts that send a field of their own",
        arguments: ["/.well-known/openid-configuration", "/.well-known/jwks.json"])
    func preflightOfDocuments(_ path: String) async throws {
        try await TestServer.with { server in
            let fields = [
                "Origin: https://spa.example", "Access-Control-Request-Method: GET",
                "Access-Control-Request-Headers: mcp-protocol-version",
            ]
            let answer = try await server.answer(RawRequest.head("OPTIONS", path, fields))
            #expect(answer.statusLine == "HTTP/1.1 204 No Content")
            #expect(answer["Access-Control-Allow-Origin"] == "*")
            #expect(answer["Access-Control-Allow-Methods"] == "GET, HEAD")
            #expect(answer["Access-Control-Allow-Headers"]?.contains("MCP-Protocol-Version") == true)
            #expect(try await server.answer(RawRequest.head("OPTIONS", path)).status == 405)
        }
    }

    @Test("answers 503 while the database is away, and the code is good afterwards")
    func outage() async throws {
        try await TestServer.with { server in
            try await OAuthSample.add(to: server)
            server.store.fail(with: AuthError.unavailable("gone"))
            let answer = try await server.answer(OAuthSample.post("/token", OAuthSample.exchange))
            #expect(answer.status == 503 && answer.errorCode == "temporarily_unavailable")
            #expect(answer["Retry-After"] == "1")
            server.store.fail(with: nil)
            #expect(try await server.answer(OAuthSample.post("/token", OAuthSample.exchange)).status == 200)
        }
    }
}
