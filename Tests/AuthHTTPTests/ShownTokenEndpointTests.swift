import AuthCore
import AuthTestSupport
import Testing

@Suite("/userinfo, /introspect, /revoke", .timeLimit(.minutes(1)))
struct ShownTokenEndpointTests {
    private func bearer(_ token: String?) -> String { "Authorization: Bearer \(token ?? "")" }

    @Test("userinfo takes a token in the header or in a form, and never in the URL")
    func userInfo() async throws {
        try await TestServer.with { server in
            try await OAuthSample.add(to: server)
            let token = try #require(try await OAuthSample.fetch(from: server)["access_token"])
            let answers = [
                try await server.answer(RawRequest.get("/userinfo", [bearer(token)])),
                try await server.answer(RawRequest.get("/userinfo", ["Authorization: bEaReR  \(token)"])),
                try await server.answer(RawRequest.head("POST", "/userinfo", [bearer(token), "Content-Length: 0"])),
                try await server.answer(OAuthSample.post("/userinfo", "access_token=\(token)", [])),
            ]
            for answer in answers {
                #expect(answer.status == 200)
                #expect(answer.text == #"{"sub":"1","email":"alice@example.org"}"#)
                #expect(answer["Content-Type"] == "application/json")
                #expect(answer["Cache-Control"] == "no-store" && answer["Pragma"] == "no-cache")
                #expect(answer["Access-Control-Allow-Origin"] == "*")
            }
            let twice = try await server.answer(
                OAuthSample.post("/userinfo", "access_token=\(token)", [bearer(token)]))
            #expect(twice.status == 400 && twice.errorCode == "invalid_request")
            #expect(twice["WWW-Authenticate"] == #"Bearer error="invalid_request""#)
            let inURL = try await server.answer(RawRequest.get("/userinfo?access_token=\(token)"))
            #expect(inURL.status == 401 && inURL["WWW-Authenticate"] == #"Bearer realm="jwks-server""#)
        }
    }

    @Test("userinfo refuses in the words of RFC 6750 §3.1")
    func refusals() async throws {
        try await TestServer.with { server in
            try await OAuthSample.add(to: server)
            let tokens = try await OAuthSample.fetch(from: server)
            let none = try await server.answer(RawRequest.get("/userinfo"))
            #expect(none.status == 401 && none["WWW-Authenticate"] == #"Bearer realm="jwks-server""#)
            for token in [tokens["id_token"], tokens["refresh_token"], "x"] {
                let answer = try await server.answer(RawRequest.get("/userinfo", [bearer(token)]))
                #expect(answer.status == 401 && answer.errorCode == "invalid_token")
                #expect(answer["WWW-Authenticate"]?.hasPrefix(#"Bearer error="invalid_token""#) == true)
                #expect(answer["Access-Control-Expose-Headers"] == "WWW-Authenticate, Retry-After")
                #expect(answer["Cache-Control"] == "no-store")
            }
            let login = try await server.answer(RawRequest.logIn("alice", "password of alice"))
            let narrow = try await server.answer(
                RawRequest.get("/userinfo", [bearer(OAuthSample.texts(login)["token"])]))
            #expect(narrow.status == 403 && narrow.errorCode == "insufficient_scope")
            #expect(narrow["WWW-Authenticate"] == #"Bearer error="insufficient_scope", scope="openid""#)
        }
    }

    @Test("introspect says active and more, or that it is not and no more")
    func introspect() async throws {
        try await TestServer.with { server in
            try await OAuthSample.add(to: server)
            let tokens = try await OAuthSample.fetch(from: server)
            for name in ["access_token", "refresh_token"] {
                let body = "token=\(try #require(tokens[name]))&token_type_hint=nonsense"
                let answer = try await server.answer(OAuthSample.post("/introspect", body))
                #expect(answer.status == 200 && answer.text.hasPrefix(#"{"active":true,"scope":"openid email","#))
                #expect(answer["Cache-Control"] == "no-store" && answer["Pragma"] == "no-cache")
            }
            for token in [tokens["id_token"], "x"] {
                let answer = try await server.answer(
                    OAuthSample.post("/introspect", "token=\(try #require(token))"))
                #expect(answer.text == #"{"active":false}"#)
            }
            let access = try #require(tokens["access_token"])
            for body in ["token=\(access)", "token=\(access)&client_id=app"] {
                let answer = try await server.answer(OAuthSample.post("/introspect", body, []))
                #expect(answer.status == 401 && answer.errorCode == "invalid_client")
            }
            let without = try await server.answer(OAuthSample.post("/introspect", ""))
            #expect(without.status == 400 && without.errorCode == "invalid_request")
        }
    }

    @Test("revoke is 200 and empty, whatever the token is, and ends what it hangs on")
    func revoke() async throws {
        try await TestServer.with { server in
            try await OAuthSample.add(to: server)
            let tokens = try await OAuthSample.fetch(from: server)
            let access = try #require(tokens["access_token"])
            func isGood() async throws -> Bool {
                try await server.answer(RawRequest.get("/userinfo", [bearer(access)])).status == 200
            }
            let rows = [
                ("x", OAuthSample.basic, true), (try #require(tokens["id_token"]), OAuthSample.basic, true),
                (access, "Authorization: Basic YXBwOg==", true),
                (try #require(tokens["refresh_token"]), OAuthSample.basic, false),
            ]
            for (token, proof, isGoodAfterwards) in rows {
                let body = "token=\(token)&token_type_hint=access_token"
                let answer = try await server.answer(OAuthSample.post("/revoke", body, [proof]))
                #expect(answer.status == 200 && answer.body.isEmpty)
                #expect(answer["Cache-Control"] == "no-store")
                #expect(try await isGood() == isGoodAfterwards)
            }
            let unknown = try await server.answer(OAuthSample.post("/revoke", "token=\(access)", []))
            #expect(unknown.status == 401)
        }
    }
}
