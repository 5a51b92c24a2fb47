import AuthCore
import AuthHTTP
import AuthTestSupport
import MetricsTestKit
import Testing

@Suite("/sign-in", .timeLimit(.minutes(1)))
struct SignInEndpointTests {
    @Test("row 40: the right password ends at the client with code, state and iss, once each") func code() async throws
    {
        try await TestServer.with { server in
            var client = try await PageClient(server)
            let (page, handle) = try await client.begin()
            #expect(page.status == 200 && page.values("Set-Cookie").isEmpty)
            let answer = try await client.signIn(handle)
            #expect(answer.status == 303)
            #expect(Set(answer.redirected.keys) == ["code", "state", "iss"])
            #expect(answer.redirected["code"]?.count == 43 && answer.redirected["state"] == "s")
            #expect(answer["Set-Cookie"]?.hasPrefix("session=") == true)
            // Row 58: no page any more.
            let again = try await client.get("/authorize?\(PageClient.query(["prompt": "none"]))")
            #expect(again.redirected["code"]?.count == 43 && again.redirected["code"] != answer.redirected["code"])
        }
    }

    @Test("the form is what password managers, scripts and tests rely on") func form() async throws {
        try await TestServer.with { server in
            var client = try await PageClient(server)
            let text = try await client.begin().page.text
            #expect(
                text.split(separator: "<form").count == 2
                    && text.contains("<form method=\"post\" action=\"/sign-in?flow=")
            )
            for part in [
                "<h1>Sign in</h1>", "to continue to App", "<label for=\"username\">", "<label for=\"password\">",
                "name=\"username\" value=\"\" required autocomplete=\"username\"",
                "name=\"password\" type=\"password\" required autocomplete=\"current-password\"",
                "<html lang=\"en\">", "<title>Sign in · Example</title>",
            ] {
                #expect(text.contains(part), "\(part)")
            }
            for part in ["<script", "style=", "http:", "https:", "placeholder"] { #expect(!text.contains(part)) }
        }
    }

    @Test("loads one file, 15 kB with it, and nobody may frame it") func weight() async throws {
        try await TestServer.with(.init(issuer: "https://issuer.example")) { server in
            var client = try await PageClient(server)
            let page = try await client.begin().page
            let path = try #require(
                page.text.split(separator: "href=\"").dropFirst().first?.split(separator: "\"").first)
            let style = try await client.get(String(path))
            #expect(style.status == 200 && style["Content-Type"] == "text/css; charset=utf-8")
            #expect(style["Cache-Control"] == "public, max-age=31536000, immutable")
            #expect(page.bytes.count + style.bytes.count < 15_000)
            let policy = try #require(page["Content-Security-Policy"])
            #expect(policy.hasPrefix("default-src 'none'; style-src 'self'; "))
            #expect(policy.contains("frame-ancestors 'none'") && !policy.contains("form-action"))
            for (name, value) in [
                ("X-Frame-Options", "DENY"), ("Referrer-Policy", "same-origin"), ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
                ("Strict-Transport-Security", "max-age=31536000"),
            ] {
                #expect(page.values(name) == [value])
            }
            #expect(page["Access-Control-Allow-Origin"] == nil)
        }
    }

    @Test("one answer for an unknown user, a wrong password and a disabled account") func refused() async throws {
        try await TestServer.with { server in
            try await server.store.write { transaction in
                try transaction.insert(Sample.user("bob"))
                _ = try transaction.disable(2, at: Sample.now)
            }
            var client = try await PageClient(server)
            let (_, handle) = try await client.begin()
            var pages: Set<String> = []
            for (name, password) in [("alice", "guess"), ("carol", "guess"), ("bob", "password of bob")] {
                let page = try await client.post(["flow": handle, "username": name, "password": password])
                #expect(page.status == 401 && page["Content-Type"] == "text/html; charset=utf-8")
                #expect(
                    page.text.contains("<p role=\"alert\" id=\"error\">The user name or the password is wrong.</p>"))
                #expect(page.text.contains("<title>Error: Sign in · Example</title>"))
                #expect(page.text.contains("value=\"\(name)\"") && !page.text.contains(password))
                pages.insert(page.text.replacing("value=\"\(name)\"", with: ""))
            }
            #expect(pages.count == 1)
            #expect(try await client.signIn(handle).redirected["code"] != nil)
        }
    }

    @Test(
        "S19: a form that is not ours is refused before anything is read of it",
        arguments: [
            (["Sec-Fetch-Site: same-origin"], 303), (["Sec-Fetch-Site: same-site"], 403),
            (["Sec-Fetch-Site: cross-site"], 403), (["Sec-Fetch-Site: none"], 403), ([], 403),
            (["Origin: http://issuer.example"], 303), (["Origin: https://issuer.example"], 403),
            (["Origin: http://sub.issuer.example"], 403), (["Origin: null"], 403),
            (["Sec-Fetch-Site: cross-site", "Origin: http://issuer.example"], 403),
        ])
    func foreign(_ fields: [String], _ status: Int) async throws {
        try await TestServer.with { server in
            var client = try await PageClient(server)
            let (_, handle) = try await client.begin()
            let answer = try await client.post(
                ["flow": handle, "username": "alice", "password": "password of alice"], fields: fields)
            #expect(answer.status == status)
            if status == 403 { #expect(server.hasher.calls == .init() && answer["Set-Cookie"] == nil) }
        }
    }

    @Test("row 32: a flow is nothing in another browser") func otherBrowser() async throws {
        try await TestServer.with { server in
            var mine = try await PageClient(server)
            let (_, handle) = try await mine.begin()
            let stranger = try await server.answer(RawRequest.get("/sign-in?flow=\(handle)"))
            #expect(stranger.status == 400 && stranger.text.contains("This sign-in is over"))
            let sent = try await server.answer(
                RawRequest.post(
                    "/sign-in", "flow=\(handle)&username=alice&password=password+of+alice",
                    type: "application/x-www-form-urlencoded", ["Sec-Fetch-Site: same-origin"]))
            #expect(sent.status == 400 && sent["Set-Cookie"] == nil && server.hasher.calls == .init())
            for target in ["/sign-in", "/sign-in?flow=", "/sign-in?flow=x", "/sign-in?flow=\(handle)x"] {
                #expect(try await mine.get(target).status == 400)
            }
        }
    }

    @Test("row 137: the question names client and host; Deny is access_denied, Allow a code") func consent()
        async throws
    {
        try await TestServer.with { server in
            var client = try await PageClient(server, consent: .explicit)
            let (_, handle) = try await client.begin(["scope": "openid email"])
            let moved = try await client.signIn(handle)
            #expect(moved.status == 303 && moved["Location"] == "/sign-in?flow=\(handle)")
            let page = try await client.get(try #require(moved["Location"]))
            for part in [
                "Let App in?", "You are signed in as alice.", "see your e-mail address",
                "The answer goes to <strong>app.example</strong>", "name=\"decision\" value=\"allow\"",
                "name=\"decision\" value=\"deny\"",
            ] {
                #expect(page.text.contains(part), "\(part)")
            }
            #expect(page["Content-Security-Policy"]?.contains("form-action") == false)
            let asked = try #require(
                page.text.split(separator: "name=\"asked\" value=\"").dropFirst().first?.split(separator: "\"").first)
            let form = ["flow": handle, "asked": String(asked)]
            #expect(try await client.post(form.merging(["decision": "maybe"]) { $1 }).status == 400)
            let allowed = try await client.post(form.merging(["decision": "allow"]) { $1 })
            #expect(allowed.status == 303 && allowed.redirected["code"]?.count == 43)
            let denied = try await client.post(form.merging(["decision": "deny"]) { $1 })
            #expect(denied.redirected["code"] == allowed.redirected["code"])
            let next = try await client.get("/authorize?\(PageClient.query(["prompt": "consent"]))")
            let second = String(try #require(next["Location"]).dropFirst("/sign-in?flow=".count))
            let no = try await client.post(["flow": second, "decision": "deny"])
            #expect(no.status == 303 && no.redirected["error"] == "access_denied")
        }
    }

    @Test("too many forms are a page with a time; looking is not limited") func limited() async throws {
        try await TestServer.with(.init(authLimit: RateLimit(limit: 2, window: .seconds(5)))) { server in
            var client = try await PageClient(server)
            let (_, handle) = try await client.begin()
            let wrong = ["flow": handle, "username": "alice", "password": "x"]
            #expect(try await client.post(wrong).status == 401)
            #expect(try await client.post(wrong).status == 401)
            let page = try await client.post(wrong, fields: ["Sec-Fetch-Site: same-origin", "Accept-Language: de"])
            #expect(page.status == 429 && page["Retry-After"] == "5" && page.values("Cache-Control") == ["no-store"])
            #expect(page.text.contains("Zu viele Versuche. Versuchen Sie es in 5 Sekunden noch einmal."))
            for _ in 0..<5 { #expect(try await client.get("/sign-in?flow=\(handle)").status == 200) }
        }
    }

    @Test(
        "row 64: the language is the client's wish, else the browser's, else English",
        arguments: [
            (nil, nil, "en"), ("de", nil, "de"), ("fr de-AT en", "en", "de"), (nil, "de", "de"),
            (nil, "fr,de;q=0.5", "de"),
            (nil, "de;q=0.4, en;q=0.5", "en"), ("fr", "de-CH", "de"), (nil, "xx, *", "en"), (nil, "de;q=0", "en"),
            (nil, "<>;q=x,,;", "en"),
        ] as [(String?, String?, String)])
    func language(_ wishes: String?, _ accepted: String?, _ language: String) async throws {
        try await TestServer.with { server in
            var client = try await PageClient(server)
            let fields = accepted.map { ["Accept-Language: \($0)"] } ?? []
            let page = try await client.begin(["ui_locales": wishes], fields).page
            #expect(page.text.contains("<html lang=\"\(language)\">"))
            #expect(page.text.contains(language == "de" ? "<h1>Anmelden</h1>" : "<h1>Sign in</h1>"))
        }
    }

    @Test("S28: what others chose is text, and no longer than a name") func escaped() async throws {
        let hostile = "<b>\"&'\u{202E}\u{0}" + String(repeating: "x", count: 2_000)
        try await TestServer.with { server in
            var client = try await PageClient(server, name: "<i>&\"'")
            let (page, handle) = try await client.begin(["login_hint": hostile])
            let failed = try await client.post(["flow": handle, "username": hostile, "password": "x"])
            for text in [page.text, failed.text] {
                let shown = "value=\"&lt;b&gt;&quot;&amp;&#39;" + String(repeating: "x", count: 250) + "\""
                #expect(text.contains(shown))
                #expect(text.contains("to continue to &lt;i&gt;&amp;&quot;&#39; ("))
                #expect(!text.contains("<b>") && !text.contains("<i>") && !text.contains("\u{202E}"))
            }
        }
    }

    @Test(
        "S25: what ended a while ago has a way out",
        arguments: [
            ("https://app.example/callback?x=1", "<a href=\"https://app.example/\">Back to App</a>"),
            ("https://app.example?x=1", "<a href=\"https://app.example/\">Back to App</a>"),
            ("http://127.0.0.1:49152/cb", "<a href=\"http://127.0.0.1:49152/\">Back to App</a>"),
            ("com.example.app:/callback", nil),
        ] as [(String, String?)])
    func used(_ uri: String, _ link: String?) async throws {
        try await TestServer.with { server in
            var client = try await PageClient(server, redirectURI: uri)
            let (_, handle) = try await client.begin(["redirect_uri": uri])
            let answer = try await client.signIn(handle)
            #expect(answer.status == 303)
            server.time.advance(by: .seconds(61))
            let page = try await client.get("/sign-in?flow=\(handle)")
            #expect(page.status == 400 && page.text.contains("This sign-in was used already"))
            #expect(page.text.contains("<a ") == (link != nil) && page.text.contains(link ?? ""))
        }
    }

    @Test("who has to change the password is told where") func mustChange() async throws {
        try await TestServer.with { server in
            _ = try await server.store.write { transaction in
                try transaction.resetPassword(
                    of: 1, to: FakePasswordHasher.phc("password of alice"), mustChange: true, at: Sample.now)
            }
            var client = try await PageClient(server)
            let handle = try await client.begin().handle
            let page = try await client.signIn(handle)
            #expect(page.status == 403 && page.values("Set-Cookie").isEmpty)
            let link = "/account/password?flow=\(handle)"
            #expect(page.text.contains("<a href=\"\(link)\">Change password</a>"))
            #expect(try await client.get(link).text.contains("name=\"flow\" value=\"\(handle)\""))
            let form = [
                "flow": handle, "username": "alice", "password": "password of alice",
                "new_password": "another password",
                "repeated_password": "another password",
            ]
            let changed = try await client.post(form, to: "/account/password")
            #expect(changed.status == 303 && changed["Location"] == "/sign-in?flow=\(handle)")
            #expect(try await client.get("/sign-in?flow=\(handle)").redirected["code"]?.count == 43)
        }
    }

    @Test("logins are counted, whichever door they take") func metrics() async throws {
        try await TestServer.with { server in
            var client = try await PageClient(server)
            let (_, handle) = try await client.begin()
            _ = try await client.post(["flow": handle, "username": "alice", "password": "x"])
            _ = try await client.signIn(handle)
            for outcome in ["success", "failure"] {
                let counters = server.metrics.counters(label: "jwks_logins_total")
                let counted = counters.filter { $0.dimensions.contains { $0 == ("outcome", outcome) } }
                #expect(counted.reduce(0) { $0 + $1.totalValue } == 1)
            }
        }
    }
}
