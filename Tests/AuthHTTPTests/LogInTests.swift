import AuthCore
import AuthTestSupport
import Foundation
import Testing

@Suite("POST /auth", .timeLimit(.minutes(1)))
struct LogInTests {
    private let right = RawRequest.logIn("alice", "password of alice")

    @Test("answers a bearer token to the right password")
    func token() async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(right)
            #expect(answer.statusLine == "HTTP/1.1 200 OK")
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "no-store")
            let shape = /{"token":"[\w-]+\.[\w-]+\.[\w-]{342}","token_type":"Bearer","expires_in":3600}/
            #expect(try shape.wholeMatch(in: answer.text) != nil)
        }
    }

    @Test("the token says who, for whom, from when and until when, under the active key")
    func claims() async throws {
        try await TestServer.with { server in
            let token = try Token(try await server.answer(right))
            #expect(token.header == ["alg": "RS256", "kid": "1", "typ": "JWT"])
            #expect(token.texts["iss"] == "http://issuer.example")
            #expect(token.texts["aud"] == "http://audience.example")
            #expect(token.texts["sub"] == "1")
            #expect(token.texts["preferred_username"] == "alice")
            #expect(token.numbers == ["iat": 1_800_000_000, "nbf": 1_800_000_000, "exp": 1_800_003_600])
            let other = try Token(try await server.answer(right))
            #expect(token.texts["jti"] != other.texts["jti"])
        }
    }

    @Test("answers an unknown user and a wrong password alike, to the byte")
    func refusals() async throws {
        try await TestServer.with { server in
            let wrong = try await server.answer(RawRequest.logIn("alice", "password of bob"))
            let unknown = try await server.answer(RawRequest.logIn("mallory", "password of alice"))
            #expect(wrong.status == 401)
            #expect(wrong.errorCode == "invalid_credentials")
            #expect(wrong["Cache-Control"] == "no-store")
            #expect(wrong["WWW-Authenticate"] == "Bearer")
            #expect(maskingDates(wrong.bytes) == maskingDates(unknown.bytes))
            #expect(server.hasher.calls == .init(verifications: 1, verificationsWithoutHash: 1))
        }
    }

    @Test(
        "passwords are compared as the bytes they are",
        arguments: ["password of alice ", "Password of alice", "", #"password of alice\u0000"#, #"p\u0000"#])
    func wrong(password: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.logIn("alice", password))
            #expect(answer.status == 401)
        }
    }

    @Test("escapes in JSON are but another spelling")
    func escapes() async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(
                RawRequest.logIn(#"\u0061lic\u0065"#, #"password\u0020of\u0020alice"#))
            #expect(answer.status == 200)
        }
    }

    @Test("every attempt whose password was checked is in the audit log, and no other")
    func audit() async throws {
        try await TestServer.with { server in
            _ = try await server.answer(right)
            _ = try await server.answer(RawRequest.logIn("alice", "wrong"))
            _ = try await server.answer(RawRequest.logIn("mallory", "wrong"))
            _ = try await server.answer(RawRequest.post("/auth", "{}"))
            _ = try await server.answer(RawRequest.post("/auth", "[]"))
            server.hasher.overload(.verifying)
            _ = try await server.answer(right)
            let expected = [1, nil, nil].map {
                AuthLogEntry(clientAddress: "127.0.0.1", moment: Sample.now, userID: $0)
            }
            #expect(server.store.authLog == expected)
            #expect(server.store.lastLogin(of: 1) == Sample.now)
        }
    }

    @Test(
        "answers 400 where a field is missing or is no text",
        arguments: [
            "{}", #"{"username":"alice"}"#, #"{"password":"x"}"#, #"{"username":null,"password":"x"}"#,
            #"{"username":"alice","password":null}"#, #"{"username":1,"password":"x"}"#,
            #"{"username":"alice","password":["x"]}"#, #"{"username":"alice","password":{"a":"x"}}"#,
            #"{"username":"alice","password":"x","password":"password of alice"}"#,
        ])
    func malformed(body: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.post("/auth", body))
            #expect(answer.status == 400)
            #expect(answer.errorCode == "invalid_request")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(server.hasher.calls == FakePasswordHasher.Calls())
        }
    }
}

/// A token taken apart, its signature left alone.
struct Token {
    let header: [String: String]
    /// The claims that are texts, and those that are numbers.
    let texts: [String: String]
    let numbers: [String: Int]

    init(_ answer: RawResponse) throws {
        let text = try #require(answer.text.split(separator: "\"").dropFirst(3).first)
        let parts = try text.split(separator: ".").prefix(2).map { part in
            let base64 = part.replacing("-", with: "+").replacing("_", with: "/")
            let padding = String(repeating: "=", count: (4 - base64.count % 4) % 4)
            let data = try #require(Data(base64Encoded: base64 + padding))
            return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        }
        header = parts[0].compactMapValues { $0 as? String }
        texts = parts[1].compactMapValues { $0 as? String }
        numbers = parts[1].compactMapValues { $0 as? Int }
    }
}
