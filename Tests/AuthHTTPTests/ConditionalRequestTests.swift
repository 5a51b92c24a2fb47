import AuthCore
import Testing

/// `If-None-Match`, with TAG in place of the entity tag that the server gave.
struct Condition: Sendable, CustomTestStringConvertible {
    let lines: [String]
    let isKnown: Bool

    init(_ lines: String..., isKnown: Bool) {
        self.lines = lines
        self.isKnown = isKnown
    }

    var testDescription: String { "\(lines)" }

    static let all = [
        Condition("TAG", isKnown: true),
        Condition("W/TAG", isKnown: true),
        Condition("*", isKnown: true),
        Condition("\"a\", TAG, \"b\"", isKnown: true),
        Condition("\"a\",TAG", isKnown: true),
        Condition("\"a\",\tTAG", isKnown: true),
        Condition("W/\"a\", W/TAG", isKnown: true),
        Condition("\"a\"", "TAG", isKnown: true),
        Condition("TAG", "\"a\"", isKnown: true),
        Condition("\"a\"", isKnown: false),
        Condition("\"a\", \"b\"", isKnown: false),
        Condition("", isKnown: false),
        Condition("TAGx", isKnown: false),
        Condition("\"a\"", "\"b\"", isKnown: false),
        // RFC 9110 §8.8.3: the weakness mark is case-sensitive.
        Condition("w/TAG", isKnown: false),
        Condition("\"*\"", isKnown: false),
    ]

    func fields(_ tag: String) -> [String] {
        lines.map {
            "If-None-Match: \($0.split(separator: "TAG", omittingEmptySubsequences: false).joined(separator: tag))"
        }
    }
}

@Suite("If-None-Match on the JWK Set", .timeLimit(.minutes(1)))
struct ConditionalRequestTests {
    private let path = "/.well-known/jwks.json"

    @Test("answers 304 to who has the set already", arguments: Condition.all, ["GET", "HEAD"])
    func condition(condition: Condition, method: String) async throws {
        try await TestServer.with { server in
            let full = try await server.answer(RawRequest.get(path))
            let tag = try #require(full["ETag"])
            let connection = try server.connect()
            try await connection.send(
                RawRequest.head(method, path, condition.fields(tag)) + RawRequest.get("/ping", ["Connection: close"]))
            let answer = try await connection.response(to: method)
            #expect(answer.statusLine == (condition.isKnown ? "HTTP/1.1 304 Not Modified" : "HTTP/1.1 200 OK"))
            for name in ["ETag", "Cache-Control", "Access-Control-Allow-Origin"] {
                #expect(answer.values(name) == full.values(name))
            }
            if condition.isKnown {
                #expect(answer["Content-Length"] == nil)
                #expect(answer["Transfer-Encoding"] == nil)
            } else {
                #expect(answer["Content-Length"] == full["Content-Length"])
                #expect(method == "HEAD" || answer.body == full.body)
            }
            // Nothing is left over that the next answer would be taken for.
            #expect(try await connection.response().statusLine == "HTTP/1.1 200 OK")
            #expect(try await connection.rest().isEmpty)
        }
    }

    @Test("answers 200 again once the set has changed")
    func changed() async throws {
        try await TestServer.with { server in
            let tag = try #require(try await server.answer(RawRequest.get(path))["ETag"])
            server.keyRing.publish(try TestKeys.ring(published: [1, 3]))
            let answer = try await server.answer(RawRequest.get(path, ["If-None-Match: \(tag)"]))
            #expect(answer.status == 200)
        }
    }
}
