import AuthCore
import AuthHTTP
import AuthTestSupport
import Testing

@Suite("/account", .timeLimit(.minutes(1)))
struct AccountEndpointTests {
    /// Somebody who signed in for it.
    private func signedIn(_ server: TestServer) async throws -> PageClient {
        var client = try await PageClient(server)
        let begun = try await client.get("/account")
        let location = try #require(begun["Location"])
        #expect(begun.status == 303 && location.hasPrefix("/sign-in?flow="))
        let page = try await client.get(location)
        #expect(page.text.contains("to see your account") && !page.text.contains("Cancel"))
        let answer = try await client.signIn(String(location.dropFirst("/sign-in?flow=".count)))
        #expect(answer.status == 303 && answer["Location"] == "/account")
        return client
    }

    @Test("S23, S24: is kept by nobody, framed by nobody, loads one file, and its forms stay here") func fields()
        async throws
    {
        try await TestServer.with(.init(issuer: "https://issuer.example")) { server in
            var client = try await signedIn(server)
            for path in ["/account", "/account/password"] {
                let page = try await client.get(path)
                #expect(page.status == 200 && page.values("Cache-Control") == ["no-store"])
                let policy = try #require(page["Content-Security-Policy"])
                #expect(policy.contains("default-src 'none'") && policy.contains("; form-action 'self'"))
                #expect(page["X-Frame-Options"] == "DENY" && page["Referrer-Policy"] == "same-origin")
                for part in ["<script", "style=", "http:", "https:", "<img"] { #expect(!page.text.contains(part)) }
            }
        }
    }

    @Test(
        "S19: a form that is not ours changes nothing",
        arguments: [
            ["Sec-Fetch-Site: same-site"], ["Sec-Fetch-Site: cross-site"], ["Sec-Fetch-Site: none"], [],
            ["Origin: http://sub.issuer.example"], ["Origin: https://issuer.example"], ["Origin: null"],
        ])
    func foreign(_ fields: [String]) async throws {
        try await TestServer.with { server in
            var client = try await signedIn(server)
            let calls = server.hasher.calls
            let everywhere = ["action": "sign-out-everywhere"]
            #expect(try await client.post(everywhere, to: "/account", fields: fields).status == 403)
            let change = [
                "username": "alice", "password": "password of alice", "new_password": "another password",
                "repeated_password": "another password",
            ]
            #expect(try await client.post(change, to: "/account/password", fields: fields).status == 403)
            #expect(server.hasher.calls == calls)
            #expect(try await client.get("/account").status == 200)
            let ours = try await client.post(everywhere, to: "/account", fields: ["Origin: http://issuer.example"])
            #expect(ours["Location"] == "/account?notice=signed-out" && client.cookies["session"] == nil)
        }
    }

    @Test("says only what its own address may say") func notices() async throws {
        try await TestServer.with { server in
            var client = try await signedIn(server)
            for (fields, isSaid) in [
                ([], true), (["Sec-Fetch-Site: same-origin"], true), (["Sec-Fetch-Site: none"], true),
                (["Sec-Fetch-Site: cross-site"], false), (["Sec-Fetch-Site: same-site"], false),
            ] as [([String], Bool)] {
                let page = try await client.get("/account?notice=password-changed", fields)
                #expect(page.text.contains("Your password is changed") == isSaid, "\(fields)")
            }
            #expect(try await client.get("/account?notice=nonsense").text.contains("role=\"status\"") == false)
            #expect(try await client.get("/account?notice=signed-out").text.contains("signed out.") == false)
        }
    }

    @Test("what was checked too long ago is checked again, and leads back") func stale() async throws {
        try await TestServer.with { server in
            var client = try await signedIn(server)
            server.time.advance(by: .seconds(901))
            let answer = try await client.post(["action": "sign-out-everywhere"], to: "/account")
            let location = try #require(answer["Location"])
            #expect(answer.status == 303 && location.hasPrefix("/sign-in?flow="))
            #expect(try await client.get(location).text.contains("value=\"alice\""))
            let back = try await client.signIn(String(location.dropFirst("/sign-in?flow=".count)))
            #expect(back["Location"] == "/account?notice=signed-in")
        }
    }

    @Test("password managers find the page") func wellKnown() async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.get("/.well-known/change-password"))
            #expect(answer.status == 302 && answer["Location"] == "/account/password")
            #expect(answer.values("Cache-Control") == ["no-store"])
        }
    }
}
