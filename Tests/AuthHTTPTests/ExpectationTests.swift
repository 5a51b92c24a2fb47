import AuthTestSupport
import Testing

@Suite("A client that waits before it sends a body, and one that announces too much", .timeLimit(.minutes(1)))
struct ExpectationTests {
    private static let body = #"{"username":"alice","password":"password of alice"}"#
    private static let json = "Content-Type: application/json"

    private func head(_ target: String, _ fields: [String], length: String, version: String = "1.1") -> [UInt8] {
        RawRequest.head("POST", target, fields + ["Content-Length: \(length)"], version: version)
    }

    @Test("is told to send it, and then gets its answer", arguments: ["100-continue", "100-Continue"])
    func invited(expect: String) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(
                head("/auth", [Self.json, "Expect: \(expect)"], length: "\(Self.body.utf8.count)"))
            let interim = try await connection.response()
            #expect(interim.statusLine == "HTTP/1.1 100 Continue")
            #expect(interim.fields.isEmpty)
            try await connection.send(Array(Self.body.utf8))
            let answer = try await connection.response()
            #expect(answer.status == 200)
            #expect(answer.values("Connection") == ["close"])
            #expect(try await connection.rest().isEmpty)
        }
    }

    @Test("is told so in its turn, and one that does not wait is answered as well")
    func inTurn() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            let waiting = head("/auth", [Self.json, "Expect: 100-continue"], length: "\(Self.body.utf8.count)")
            let first = RawRequest.logIn("alice", "password of alice")
            try await connection.send(first + waiting + Array(Self.body.utf8))
            var statuses: [Int] = []
            for _ in 1...3 { statuses.append(try await connection.response().status) }
            #expect(statuses == [200, 100, 200])
            #expect(try await connection.rest().isEmpty)
        }
    }

    @Test(
        "is refused at once for what its head says, and the connection ends",
        arguments: [
            ("/auth", [json, "Expect: 100-continue"], "9000", 413), ("/auth", ["Expect: 100-continue"], "9", 415),
            ("/nothing", ["Expect: 100-continue"], "9", 404), ("/ping", ["Expect: 100-continue"], "9", 405),
            ("/auth", [json, "Expect: 200-ok"], "9", 417), ("/auth", [json, "Expect: 100-continue, x"], "9", 417),
            ("/auth", [json, "Expect: 100-continue", "Expect: x"], "9", 417), ("/nothing", ["Expect: x"], "9", 417),
            ("/auth", [json], "9223372036854775807", 413), ("/auth", [json], "9223372036854775808", 413),
            ("/auth", [json], "18446744073709551615", 413), ("/auth", [], "9223372036854775808", 415),
            ("/nothing", [json], "9223372036854775808", 404), ("/ping", [json], "8193", 405),
        ])
    func refused(target: String, fields: [String], length: String, status: Int) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            // Nothing of the body is ever sent.
            try await connection.send(head(target, fields, length: length))
            let answer = try await connection.response()
            #expect(answer.status == status)
            #expect(answer.errorCode != nil)
            #expect(answer.values("Connection") == ["close"])
            #expect(try await connection.rest().isEmpty)
            #expect(server.hasher.calls == .init())
        }
    }

    @Test("in HTTP/1.0 means nothing")
    func oldVersion() async throws {
        try await TestServer.with { server in
            for expect in ["100-continue", "a miracle"] {
                let fields = [Self.json, "Expect: \(expect)"]
                let request = head("/auth", fields, length: "\(Self.body.utf8.count)", version: "1.0")
                let connection = try server.connect()
                try await connection.send(request + Array(Self.body.utf8))
                #expect(try await connection.response().status == 200)
            }
        }
    }
}
