import Testing

@Suite("The first page", .timeLimit(.minutes(1)))
struct FrontPageTests {
    @Test("says what this is, with three requests to the configured address")
    func content() async throws {
        try await TestServer.with(.init(issuer: "https://issuer.example/tenant/")) { server in
            let page = try await server.answer(RawRequest.get("/"))
            #expect(page.status == 200)
            #expect(page["Content-Type"] == "text/html; charset=utf-8")
            #expect(page["Cache-Control"] == "no-store")
            for line in [
                "curl https://issuer.example/register ", "curl https://issuer.example/auth ",
                "curl https://issuer.example/tenant/.well-known/jwks.json<",
                "<code>https://issuer.example/tenant/</code>",
            ] {
                #expect(page.text.contains(line))
            }
            #expect(page.body.count <= 4_096)
        }
    }

    @Test("says how an application logs users in, where one can", arguments: [true, false])
    func applications(_ offersOAuth: Bool) async throws {
        try await TestServer.with(.init(offersOAuth: offersOAuth)) { server in
            let page = try await server.answer(RawRequest.get("/"))
            #expect(page.text.contains("clients create \"My app\" --like mod_auth_openidc") == offersOAuth)
            #expect(page.text.contains("/account</code>") == offersOAuth)
        }
    }

    @Test("loads nothing and runs nothing: its policy names the hash of its one style")
    func policy() async throws {
        try await TestServer.with { server in
            let page = try await server.answer(RawRequest.get("/"))
            let policy = try #require(page["Content-Security-Policy"])
            #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
            #expect(!policy.contains("unsafe"))
            for word in ["<script", "src=", "href=", "url(", "@import", "style=", "<form"] {
                #expect(!page.text.contains(word))
            }
            #expect(page.text.split(separator: "<style>").count == 2)
        }
    }

    @Test("an issuer is text in it, whatever it contains")
    func escaped() async throws {
        try await TestServer.with(.init(issuer: "http://a/<b>&'\"")) { server in
            let page = try await server.answer(RawRequest.get("/"))
            #expect(page.text.contains("<code>http://a/&lt;b&gt;&amp;&#39;&quot;</code>"))
            #expect(!page.text.contains("<b>"))
        }
    }

    @Test("is the same for HEAD, without its body")
    func head() async throws {
        try await TestServer.with { server in
            let page = try await server.answer(RawRequest.get("/"))
            let connection = try server.connect()
            try await connection.send(RawRequest.head("HEAD", "/", ["Connection: close"]))
            let head = try await connection.response(to: "HEAD")
            #expect(head.status == 200)
            #expect(head["Content-Length"] == page["Content-Length"])
            #expect(try await connection.rest().isEmpty)
        }
    }
}
