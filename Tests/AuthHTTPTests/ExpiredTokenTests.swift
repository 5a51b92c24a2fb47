import AuthCore
import AuthTestSupport
import Testing

@Suite("POST /auth?expired=true", .timeLimit(.minutes(1)))
struct ExpiredTokenTests {
    private func logIn(_ query: String, password: String = "password of alice") -> [UInt8] {
        RawRequest.logIn("alice", password, target: "/auth" + query)
    }

    @Test(
        "answers a token that has expired, under a key that is in no JWK Set",
        arguments: [
            "?expired=true", "?expired=%74rue", "?a=b&expired=true", "?&&expired=true&expired=false",
            "?expired=true#expired=false",
        ])
    func expired(query: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(logIn(query))
            #expect(answer.status == 200)
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer.text.hasSuffix(#""token_type":"Bearer","expires_in":0}"#))
            let token = try Token(answer)
            #expect(token.header["kid"] == "2")
            #expect(token.texts["sub"] == "1")
            let exp = try #require(token.numbers["exp"])
            #expect(exp < 1_800_000_000)
            let set = try await server.answer(RawRequest.get("/.well-known/jwks.json"))
            #expect(!set.text.contains(#""kid":"2""#))
        }
    }

    @Test("expired=published answers one that has expired under the key that signs, and reserves nothing")
    func published() async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(logIn("?expired=published"))
            #expect(answer.text.hasSuffix(#""token_type":"Bearer","expires_in":0}"#))
            let token = try Token(answer)
            #expect(token.header["kid"] == "1")
            let (iat, exp) = (try #require(token.numbers["iat"]), try #require(token.numbers["exp"]))
            #expect(iat < exp && exp < 1_800_000_000)
            #expect(token.numbers["nbf"] == iat)
            #expect(server.store.signingExtensions == 0)
        }
    }

    @Test(
        "answers a live token where nobody asked for an expired one",
        arguments: [
            "", "?", "?expired=false", "?other=true", "?Expired=true", "?x?expired=true", "?expiredx=true",
            "?a#expired=true",
        ])
    func live(query: String) async throws {
        try await TestServer.with { server in
            let token = try Token(try await server.answer(logIn(query)))
            #expect(token.header["kid"] == "1")
            #expect(token.numbers["exp"] == 1_800_003_600)
        }
    }

    @Test(
        "answers 400 where it is unclear what was asked for",
        arguments: [
            "?expired", "?expired=", "?expired=1", "?expired=TRUE", "?expired=true%00", "?expired=%ff", "?expired=%",
            "?expired=%7", "?expired=%zz",
            "?expired=t%C3%BFrue", "?expired=\(String(repeating: "%CC%81", count: 1_200))",
            "?expired=maybe&expired=true",
        ])
    func garbage(query: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(logIn(query))
            #expect(answer.status == 400)
            #expect(answer.errorCode == "invalid_request")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(server.store.authLog.isEmpty)
        }
    }

    @Test("wants the right password", arguments: ["true", "published"])
    func wrongPassword(value: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(logIn("?expired=\(value)", password: "wrong"))
            #expect(answer.errorCode == "invalid_credentials")
        }
    }

    @Test("a setting turns it off, and live tokens stay")
    func turnedOff() async throws {
        try await TestServer.with(.init(allowsExpired: false)) { server in
            for value in ["true", "published"] {
                let answer = try await server.answer(logIn("?expired=\(value)"))
                #expect(answer.status == 400)
                #expect(answer.errorCode == "invalid_request")
            }
            for query in ["", "?expired=false"] {
                #expect(try await server.answer(logIn(query)).status == 200)
            }
        }
    }
}
