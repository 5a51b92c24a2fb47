import AuthCore
import AuthTestSupport
import Testing

@Suite("POST /password", .timeLimit(.minutes(1)))
struct ChangePasswordEndpointTests {
    private func request(
        _ name: String = "alice", _ password: String = "password of alice", new: String = "another one",
        fields: [String] = []
    ) -> [UInt8] {
        RawRequest.post(
            "/password", #"{"username":"\#(name)","password":"\#(password)","new_password":"\#(new)"}"#, fields)
    }

    @Test("answers 204 without a body, and the connection goes on") func changed() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(
                request(fields: ["Authorization: Bearer x"]) + RawRequest.get("/ping", ["Connection: close"]))
            let answer = try await connection.response(to: "POST")
            #expect(answer.statusLine == "HTTP/1.1 204 No Content")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(answer["Content-Length"] == nil && answer["Transfer-Encoding"] == nil)
            #expect(try await connection.response().status == 200)
            #expect(try await server.answer(RawRequest.logIn("alice", "password of alice")).status == 401)
            #expect(try await server.answer(RawRequest.logIn("alice", "another one")).status == 200)
        }
    }

    @Test("answers a wrong password, an unknown user and a disabled one as /auth does, to the byte")
    func refusals() async throws {
        try await TestServer.with { server in
            let wrong = try await server.answer(RawRequest.logIn("alice", "wrong"))
            let others = [request("alice", "wrong"), request("mallory", "wrong")]
            for other in others {
                #expect(maskingDates(try await server.answer(other).bytes) == maskingDates(wrong.bytes))
            }
            try await server.store.write { transaction in _ = try transaction.disable(1, at: Sample.now) }
            for other in [request(), RawRequest.logIn("alice", "password of alice")] {
                #expect(maskingDates(try await server.answer(other).bytes) == maskingDates(wrong.bytes))
            }
        }
    }

    @Test(
        "answers 400 where a field is missing, is no text, or cannot be a password",
        arguments: [
            "{}", #"{"username":"alice","password":"password of alice"}"#,
            #"{"username":"alice","password":"password of alice","new_password":null}"#,
            #"{"username":"alice","password":"password of alice","new_password":1}"#,
            #"{"username":"alice","password":"password of alice","new_password":"7 bytes"}"#,
            #"{"username":"alice","password":"password of alice","new_password":"password of alice"}"#,
            #"{"username":"alice","new_password":"another one"}"#, #"{"password":"x","new_password":"another one"}"#,
        ])
    func malformed(body: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.post("/password", body))
            #expect(answer.status == 400 && answer.errorCode == "invalid_request")
            #expect(answer["Cache-Control"] == "no-store")
            #expect(server.hasher.calls == FakePasswordHasher.Calls())
        }
    }

    @Test("has one limit with /auth: it is no second way to guess") func limit() async throws {
        var setup = TestServer.Setup()
        setup.authLimit = RateLimit(limit: 2, window: .seconds(1))
        try await TestServer.with(setup) { server in
            #expect(try await server.answer(RawRequest.logIn("alice", "wrong")).status == 401)
            #expect(try await server.answer(request("alice", "wrong")).status == 401)
            let refused = try await server.answer(request())
            #expect(refused.status == 429 && refused["Cache-Control"] == "no-store")
            #expect(try await server.answer(RawRequest.logIn("alice", "password of alice")).status == 429)
        }
    }

    @Test("a generated password that has to be changed first is told what to do, once it is right")
    func mustChange() async throws {
        var setup = TestServer.Setup()
        setup.generatedMustChange = true
        try await TestServer.with(setup) { server in
            let opened = try await server.answer(RawRequest.post("/register", #"{"username":"bob"}"#))
            let password = try #require(opened.text.split(separator: "\"").dropFirst(3).first.map(String.init))
            #expect(try await server.answer(RawRequest.logIn("bob", "wrong")).errorCode == "invalid_credentials")
            let refused = try await server.answer(RawRequest.logIn("bob", password))
            #expect(refused.status == 403 && refused.errorCode == "password_change_required")
            #expect(refused.text.contains("POST username, password and new_password to /password"))
            #expect(refused["Cache-Control"] == "no-store")
            #expect(try await server.answer(request("bob", password)).status == 204)
            #expect(try await server.answer(RawRequest.logIn("bob", "another one")).status == 200)
            // Who was there before is asked for nothing.
            #expect(try await server.answer(RawRequest.logIn("alice", "password of alice")).status == 200)
        }
    }
}
