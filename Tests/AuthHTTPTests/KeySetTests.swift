import AuthCore
import AuthTestSupport
import Testing

@Suite("GET and HEAD /.well-known/jwks.json", .timeLimit(.minutes(1)))
struct KeySetTests {
    private let path = "/.well-known/jwks.json"

    @Test("shows every published key with exactly the members of the contract")
    func members() async throws {
        try await TestServer.with { server in
            server.keyRing.publish(try TestKeys.ring(published: [1, 3]))
            let answer = try await server.answer(RawRequest.get(path))
            #expect(answer.statusLine == "HTTP/1.1 200 OK")
            let key = /{"kty":"RSA","use":"sig","alg":"RS256","kid":"([0-9]+)","n":"([A-Za-z0-9_-]{342})","e":"AQAB"}/
            let set = /{"keys":\[(.*)\]}/
            let list = try #require(try set.wholeMatch(in: answer.text)).1
            let keys = list.matches(of: key)
            #expect(keys.map(\.1) == ["1", "3"])
            #expect(keys.map { String($0.0) }.joined(separator: ",") == list)
        }
    }

    @Test("may be cached and read from any origin")
    func fields() async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.get(path))
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "public, max-age=300")
            #expect(answer["Access-Control-Allow-Origin"] == "*")
            #expect(answer["ETag"] == server.keyRing.current?.set.entityTag)
            #expect(answer["Content-Length"] == String(answer.body.count))
        }
    }

    @Test(
        "never promises to stay as it is longer than it will, nor much shorter",
        arguments: [10_000_000, 300_000, 30_000, 29_999, 1_000, 999, 0], ["", "?x"])
    func maxAge(millisecondsUntilChange: Int64, query: String) async throws {
        try await TestServer.with { server in
            let change = server.time.now + .milliseconds(millisecondsUntilChange)
            server.keyRing.publish(try TestKeys.ring(setChangesAt: change))
            // Also when the answer was made beforehand and time has passed.
            for pause: Int64 in [0, 400, 599, 1, 20_000] {
                server.time.advance(by: .milliseconds(pause))
                let answer = try await server.answer(RawRequest.get(path + query))
                let field = try #require(answer["Cache-Control"])
                let promised = try #require(Int64(field.dropFirst("public, max-age=".count)))
                let left = (change - server.time.now).milliseconds
                #expect(promised * 1_000 <= max(0, min(300_000, left)))
                #expect(promised * 1_000 > min(300_000, left) - 2_000)
            }
        }
    }

    @Test("HEAD answers the fields of GET and no body")
    func head() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(RawRequest.head("HEAD", path) + RawRequest.get(path))
            let head = try await connection.response(to: "HEAD")
            let get = try await connection.response()
            #expect(get.statusLine == "HTTP/1.1 200 OK")
            #expect(head.statusLine == get.statusLine)
            #expect(head.fields.map(\.name) == get.fields.map(\.name))
            #expect(head.fields.map(\.value) == get.fields.map(\.value))
        }
    }

    @Test("a new ring is shown from the next request on, under a new entity tag", arguments: ["", "?x"])
    func change(query: String) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            var tags: [String?] = []
            for published: [Int64] in [[1], [1, 3], [3], [1]] {
                server.keyRing.publish(try TestKeys.ring(published: published))
                try await connection.send(RawRequest.get(path + query))
                let answer = try await connection.response()
                for kid: Int64 in 1...3 {
                    #expect(answer.text.contains(#""kid":"\#(kid)""#) == published.contains(kid))
                }
                tags.append(answer["ETag"])
            }
            #expect(Set(tags).count == 3)
            #expect(tags.first == tags.last)
        }
    }
}
