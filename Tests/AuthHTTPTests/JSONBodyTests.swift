import AuthTestSupport
import Testing

@Suite("JSON in a body", .timeLimit(.minutes(1)))
struct JSONBodyTests {
    @Test("what is not one well-formed object is 400, and the server goes on", arguments: JSONSample.bad)
    func bad(sample: JSONSample) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(RawRequest.post("/register", sample.bytes) + RawRequest.get("/ping"))
            let answer = try await connection.response()
            #expect(answer.status == 400)
            #expect(answer.errorCode == "invalid_request")
            #expect(answer["Cache-Control"] == "no-store")
            // Both the connection and the server are as they were.
            #expect(try await connection.response().status == 200)
            #expect(try await server.isAlive())
            #expect(server.hasher.calls == .init())
        }
    }

    @Test("nesting of 10,000 is more than a body may hold")
    func deepest() async throws {
        try await TestServer.with { server in
            let body = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
            let answer = try await server.answer(RawRequest.post("/register", body))
            #expect(answer.status == 413)
            #expect(try await server.isAlive())
        }
    }

    @Test(
        "what is well-formed is taken, and what is not asked for is passed over",
        arguments: [
            JSONSample("white space everywhere", " \t\r\n{ \"username\" :\n\"bob\"\r,\"x\" : [ 1 , { } ] } \n"),
            JSONSample("unknown members", #"{"a":1,"username":"bob","b":{"username":"eve"},"":null}"#),
            JSONSample("every escape", inOther: #""\"\\\/\b\f\n\r\t\u0041\u00e9\ud83d\udd11\uD83D\uDD11""#),
            JSONSample("an escaped name", #"{"\u0075sername":"bob"}"#),
            JSONSample("DEL in a text", inOther: "\"\u{7F}\""),
            JSONSample("words", inOther: "[true,false,null]"), JSONSample("empty", inOther: #"[[],{},"",[{}]]"#),
            JSONSample("ten deep", inOther: String(repeating: "[", count: 10) + String(repeating: "]", count: 10)),
            JSONSample("names that are canonically equal, not equal", #"{"username":"bob","\u00e9":1,"e\u0301":2}"#),
        ]
            + ["0", "-0", "1", "-1.5", "1e5", "1E+5", "0.1e-5", "9999999999999999999999", "1e999999"].map {
                JSONSample("the number \($0)", inOther: $0)
            })
    func good(sample: JSONSample) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.post("/register", sample.bytes))
            #expect(answer.status == 201)
            let taken = try await server.answer(RawRequest.post("/register", #"{"username":"bob"}"#))
            #expect(taken.errorCode == "username_taken")
        }
    }
}
