import AuthCore
import AuthHTTP
import AuthTestSupport
import Testing

@Suite("/authorize", .timeLimit(.minutes(1)))
struct AuthorizeEndpointTests {
    @Test(
        "rows 15, 16, 20, 69: what cannot be redirected is a page, and a line for the operator with the same id",
        arguments: [
            ["client_id": "nobody"], ["client_id": nil], ["redirect_uri": nil],
            ["redirect_uri": "https://app.example/callback/"], ["redirect_uri": "https://APP.example/callback"],
            ["redirect_uri": "https://app.example/callback?x=<script>"],
        ] as [[String: String?]])
    func noRedirect(_ changes: [String: String?]) async throws {
        let recorder = LogRecorder(metadataProvider: .requestID)
        try await TestServer.with(.init(issuer: "https://issuer.example", logger: recorder.logger)) { server in
            var client = try await PageClient(server)
            let page = try await client.get("/authorize?\(PageClient.query(changes))")
            #expect(page.status == 400 && page["Location"] == nil && page["Set-Cookie"] == nil)
            #expect(page["Content-Type"] == "text/html; charset=utf-8")
            #expect(!page.text.contains("<script") && !page.text.contains("app.example"))
            let line = try #require(recorder.lines("authorization request refused").first)
            let id = try #require(page["X-Request-Id"])
            #expect(line.metadata["request_id"] == id && page.text.contains("<code>\(id)</code>"))
            if let uri = changes["redirect_uri"], let uri {
                #expect(line.metadata["redirect_uri"] == uri)
                #expect(line.metadata["registered"] == PageClient.callback)
            }
        }
    }

    @Test("a developer on loopback sees both addresses") func loopback() async throws {
        try await TestServer.with(.init(issuer: "http://localhost:8080")) { server in
            var client = try await PageClient(server)
            let page = try await client.get("/authorize?\(PageClient.query(["redirect_uri": "http://x/<b>"]))")
            #expect(page.text.contains("<code>http://x/&lt;b&gt;</code>"))
            #expect(page.text.contains("<code>\(PageClient.callback)</code>"))
        }
    }

    @Test(
        "rows 21, 27, 41, 57, 72, 73, 132: the client is told everything else, with state and iss (25, 26)",
        arguments: [
            (["response_type": nil], "invalid_request"), (["response_type": "token"], "unsupported_response_type"),
            (["response_mode": "fragment"], "invalid_request"), (["prompt": "none"], "login_required"),
            (["prompt": "none login"], "invalid_request"), (["prompt": "x"], "invalid_request"),
            (["request": "x"], "request_not_supported"), (["request_uri": "x"], "request_uri_not_supported"),
            (["registration": "x"], "registration_not_supported"), (["scope": "x"], "invalid_scope"),
            (["resource": "https://x.example"], "invalid_target"), (["code_challenge": "x"], "invalid_request"),
            (["max_age": "-1"], "invalid_request"),
        ] as [([String: String?], String)])
    func refused(_ changes: [String: String?], _ code: String) async throws {
        try await TestServer.with { server in
            var client = try await PageClient(server)
            let state = "a+b&c=d%20 é" + String(repeating: "x", count: 200)
            let answer = try await client.get(
                "/authorize?\(PageClient.query(changes.merging(["state": state]) { $1 }))")
            #expect(answer.status == 303 && answer.values("Location").count == 1)
            #expect(answer["Location"]?.hasPrefix(PageClient.callback + "?error=") == true)
            #expect(answer.redirected["error"] == code && answer.redirected["state"] == state)
            #expect(answer.redirected["iss"] == "http://issuer.example")
            #expect(answer["Access-Control-Allow-Origin"] == nil)
            let silent = try await client.get(
                "/authorize?\(PageClient.query(changes.merging(["state": nil]) { $1 }))")
            #expect(silent.redirected["state"] == nil && silent.redirected["error"] == code)
        }
    }

    @Test("row 2: what stands there twice is refused, but for resource") func twice() async throws {
        try await TestServer.with { server in
            var client = try await PageClient(server)
            let answer = try await client.get("/authorize?\(PageClient.query())&nonce=a&nonce=b")
            #expect(answer.redirected["error"] == "invalid_request")
            let page = try await client.get("/authorize?\(PageClient.query())&redirect_uri=https://x.example")
            #expect(page.status == 400)
            let fine = try await client.get("/authorize?\(PageClient.query())&x=a&x=b&display=popup&claims=%7B%7D")
            #expect(fine["Location"]?.hasPrefix("/sign-in?") == true)
        }
    }

    @Test("rows 29, 70: a POST is the same request") func post() async throws {
        try await TestServer.with { server in
            var client = try await PageClient(server)
            let query = PageClient.query(["state": "a b&c"])
            let moved = try await server.answer(
                RawRequest.post("/authorize", query, type: "application/x-www-form-urlencoded"))
            #expect(moved.status == 303 && moved["Location"] == "/authorize?\(query)")
            let begun = try await client.get(try #require(moved["Location"]))
            #expect(begun["Location"]?.hasPrefix("/sign-in?flow=") == true)
            for body in ["state=%", "state=a\nLocation: x", "state=é"] {
                let refused = try await server.answer(
                    RawRequest.post("/authorize", body, type: "application/x-www-form-urlencoded"))
                #expect(refused.status == 400 && refused["Location"] == nil)
            }
        }
    }

    @Test("a request may have 16 KiB, however it comes; a longer one is a page that says so") func long() async throws {
        try await TestServer.with { server in
            var client = try await PageClient(server)
            let rest = "/authorize?\(PageClient.query(["state": nil]))&state="
            func target(of count: Int) -> String { rest + String(repeating: "x", count: count - rest.utf8.count) }
            let begun = try await client.get(target(of: 16_384))
            #expect(begun["Location"]?.hasPrefix("/sign-in?flow=") == true)
            let answer = try await client.get(target(of: 16_384) + "x")
            #expect(answer.status == 414 && answer["Content-Type"] == "text/html; charset=utf-8")
            #expect(answer.text.contains("<code>\(try #require(answer["X-Request-Id"]))</code>"))
            // The connection is as good as before, and the client's answer as long as its state.
            let refused = try await client.get("/authorize?" + target(of: 16_300).dropFirst(11) + "&scope=")
            #expect(refused.status == 303)
            let form = String(target(of: 15_360).dropFirst("/authorize?".utf8.count))
            let type = "application/x-www-form-urlencoded"
            let moved = try await server.answer(RawRequest.post("/authorize", form, type: type))
            #expect(moved.status == 303 && moved["Location"] == "/authorize?\(form)")
            let tooLarge = try await server.answer(
                RawRequest.post("/authorize", form + String(repeating: "x", count: 100), type: type))
            #expect(tooLarge.status == 413 && tooLarge["Content-Type"] == "text/html; charset=utf-8")
        }
    }

    @Test(
        "other paths have 8 KiB",
        arguments: ["/ping", "/sign-in", "/nothing", "/authorizes", "/.well-known/jwks.json"])
    func longElsewhere(_ path: String) async throws {
        try await TestServer.with { server in
            let query = String(repeating: "x", count: 8_192 - path.utf8.count - 1)
            let answer = try await server.answer(RawRequest.get("\(path)?\(query)"))
            #expect(answer.status != 414)
            let refused = try await server.answer(RawRequest.get("\(path)?\(query)x"))
            #expect(refused.status == 414)
        }
    }

    @Test("an office behind one address is not refused where no password is checked; what takes room counts as one")
    func limits() async throws {
        var setup = TestServer.Setup(authLimit: RateLimit(limit: 2, window: .seconds(1)))
        setup.authorizeLimit = RateLimit(limit: 2 * AuthorizeLimits.factor, window: .seconds(1))
        try await TestServer.with(setup) { server in
            var client = try await PageClient(server)
            let long = "&state=\(String(repeating: "x", count: 2_048))"
            for (query, most) in [(PageClient.query(), 8), (PageClient.query(["state": nil]) + long, 2)] {
                var statuses: [Int] = []
                for _ in 0..<(most + 2) { statuses.append(try await client.get("/authorize?" + query).status) }
                #expect(statuses == Array(repeating: 303, count: most) + [429, 429])
            }
        }
    }

    @Test(
        "the cookie of a flow is for this host alone; with TLS its name says so",
        arguments: [
            ("https://issuer.example", "__Host-flow=", "; Path=/; HttpOnly; SameSite=Lax; Secure"),
            ("http://localhost:8080", "flow=", "; Path=/; HttpOnly; SameSite=Lax"),
        ])
    func cookie(_ issuer: String, _ start: String, _ end: String) async throws {
        try await TestServer.with(.init(issuer: issuer)) { server in
            var client = try await PageClient(server)
            let answer = try await client.get("/authorize?\(PageClient.query())")
            let cookie = try #require(answer["Set-Cookie"])
            #expect(cookie.hasPrefix(start) && cookie.hasSuffix(end))
            #expect(cookie.utf8.count == start.utf8.count + 43 + end.utf8.count)
            #expect(answer["Cache-Control"] == "no-store")
        }
    }

    @Test("row 28: form_post puts nothing into the URL, and needs no script") func formPost() async throws {
        try await TestServer.with { server in
            var client = try await PageClient(server)
            let (_, handle) = try await client.begin(["response_mode": "form_post", "state": "\"><b>&'"])
            let page = try await client.signIn(handle)
            #expect(page.status == 200 && page["Location"] == nil && page["Cache-Control"] == "no-store")
            #expect(page.text.contains("<form method=\"post\" action=\"\(PageClient.callback)\">"))
            #expect(page.text.contains("name=\"state\" value=\"&quot;&gt;&lt;b&gt;&amp;&#39;\""))
            #expect(page.text.contains("name=\"iss\" value=\"http://issuer.example\""))
            #expect(page.text.contains("name=\"code\" value=\"") && page.text.contains("<button"))
            let policy = try #require(page["Content-Security-Policy"])
            #expect(policy.contains("script-src 'sha256-") && !policy.contains("form-action"))
            let refused = try await client.get(
                "/authorize?\(PageClient.query(["response_mode": "form_post", "scope": "x"]))")
            #expect(refused.status == 200 && refused.text.contains("name=\"error\" value=\"invalid_scope\""))
        }
    }
}
