import AuthCore
import AuthTestSupport
import Testing

@Suite("POST /register", .timeLimit(.minutes(1)))
struct RegisterTests {
    @Test(
        "answers 201 and a password that logs in",
        arguments: [
            #"{"username":"bob","email":"bob@example.org"}"#, #"{"username":"bob"}"#,
            #"{"username":"bob","email":null}"#, #"{"email":"bob@example.org","username":"bob","more":[1,{}]}"#,
        ])
    func registers(body: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.post("/register", body))
            #expect(answer.statusLine == "HTTP/1.1 201 Created")
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "no-store")
            let shape = /{"password":"([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"}/
            let password = try #require(try shape.wholeMatch(in: answer.text)).1
            #expect(try await server.answer(RawRequest.logIn("bob", String(password))).status == 200)
        }
    }

    @Test(
        "refuses a password, which would not become the account's",
        arguments: [#""my password""#, "null", "1", "{}"])
    func chosenPassword(value: String) async throws {
        try await TestServer.with { server in
            let body = #"{"username":"bob","password":\#(value)}"#
            let answer = try await server.answer(RawRequest.post("/register", body))
            #expect(answer.status == 400)
            #expect(answer.errorCode == "invalid_request")
            #expect(answer.text.contains("the server makes one"))
            #expect(try await server.answer(RawRequest.post("/register", #"{"username":"bob"}"#)).status == 201)
        }
    }

    @Test(
        "says to a client that would register itself who registers it, and opens no account",
        arguments: [#"["https://app.example/cb"]"#, "[]", "null"])
    func client(uris: String) async throws {
        try await TestServer.with { server in
            let body = #"{"username":"bob","client_name":"App","redirect_uris":\#(uris)}"#
            let answer = try await server.answer(RawRequest.post("/register", body))
            #expect(answer.status == 400)
            #expect(answer.errorCode == "invalid_request")
            #expect(answer.text.contains("clients create"))
            #expect(try await server.answer(RawRequest.post("/register", #"{"username":"bob"}"#)).status == 201)
        }
    }

    @Test("answers another password every time")
    func passwords() async throws {
        try await TestServer.with { server in
            var bodies: Set<String> = []
            for number in 0..<20 {
                let answer = try await server.answer(RawRequest.post("/register", #"{"username":"user\#(number)"}"#))
                #expect(answer.status == 201)
                bodies.insert(answer.text)
            }
            #expect(bodies.count == 20)
        }
    }

    @Test(
        "answers 409 for what another account has",
        arguments: [
            (#"{"username":"alice"}"#, "username_taken"),
            (#"{"username":"alice","email":"other@example.org"}"#, "username_taken"),
            (#"{"username":"bob","email":"alice@example.org"}"#, "email_taken"),
            (#"{"username":"ali\u0063e"}"#, "username_taken"),
        ])
    func taken(body: String, code: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.post("/register", body))
            #expect(answer.status == 409)
            #expect(answer.errorCode == code)
            #expect(answer["Cache-Control"] == "no-store")
        }
    }

    @Test("holds one name for one name, however it is spelt in Unicode")
    func normalised() async throws {
        try await TestServer.with { server in
            let first = try await server.answer(RawRequest.post("/register", #"{"username":"Zo\u00EB"}"#))
            #expect(first.status == 201)
            for spelling in ["Zo\u{EB}", "Zoe\u{308}", #"Zo\u00EB"#, #"Zoe\u0308"#] {
                let again = try await server.answer(RawRequest.post("/register", #"{"username":"\#(spelling)"}"#))
                #expect(again.errorCode == "username_taken")
            }
        }
    }

    @Test(
        "answers 400 for names and addresses that break a rule",
        arguments: [
            #"{}"#, #"{"email":"a@b"}"#, #"{"username":null}"#, #"{"username":1}"#, #"{"username":true}"#,
            #"{"username":["bob"]}"#, #"{"username":{"name":"bob"}}"#, #"{"username":""}"#, #"{"username":" "}"#,
            #"{"username":" bob"}"#, #"{"username":"bob "}"#, #"{"username":"bo  b"}"#, #"{"username":"bo\u0000b"}"#,
            #"{"username":"bo\nb"}"#, #"{"username":"bo\u007fb"}"#, #"{"username":"bo\u200db"}"#,
            #"{"username":"bo\u2028b"}"#, #"{"username":"bo\u00a0b"}"#,
            #"{"username":"\#(String(repeating: "x", count: 65))"}"#, #"{"Username":"bob"}"#,
            #"{"username":"bob","email":1}"#, #"{"username":"bob","email":""}"#, #"{"username":"bob","email":"bob"}"#,
            #"{"username":"bob","email":"@"}"#, #"{"username":"bob","email":"a@b@c"}"#,
            #"{"username":"bob","email":"a b@c"}"#, #"{"username":"bob","email":"a\u0000@c"}"#,
            #"{"username":"bob","email":"\#(String(repeating: "x", count: 250))@example.org"}"#,
        ])
    func refused(body: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.post("/register", body))
            #expect(answer.status == 400)
            #expect(answer.errorCode == "invalid_request")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(server.hasher.calls == FakePasswordHasher.Calls())
        }
    }

    @Test(
        "takes names up to the limits", arguments: ["x", "bo b", "\u{1F511}", String(repeating: "\u{EB}", count: 64)])
    func limits(username: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.post("/register", #"{"username":"\#(username)"}"#))
            #expect(answer.status == 201)
        }
    }

    @Test("answers 403 when registration is closed, to a name that is taken as to one that is free")
    func closed() async throws {
        try await TestServer.with(.init(registrationIsOpen: false)) { server in
            let free = try await server.answer(RawRequest.post("/register", #"{"username":"bob"}"#))
            let taken = try await server.answer(RawRequest.post("/register", #"{"username":"alice"}"#))
            #expect(free.status == 403)
            #expect(free.errorCode == "registration_closed")
            #expect(free["Cache-Control"] == "no-store")
            #expect(maskingDates(free.bytes) == maskingDates(taken.bytes))
            #expect(server.hasher.calls == FakePasswordHasher.Calls())
        }
    }
}
