import Foundation
import Testing

@Suite("The OpenAPI document", .timeLimit(.minutes(1)))
struct OpenAPITests {
    @Test("describes every path with every method that there are, and no other")
    func routes() async throws {
        try await TestServer.with { server in
            let described = try await Self.described(by: server)
            #expect(Set(described.keys) == Set(try await Self.paths(of: server)))
            for (path, methods) in described {
                #expect(methods == (try await Self.methods(of: path, server)), "\(path)")
            }
        }
    }

    @Test("may be kept, asked for again and read by any script", arguments: ["", "?x"])
    func caching(query: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.answer(RawRequest.get("/openapi.json" + query))
            #expect(answer.status == 200)
            #expect(answer["Content-Type"] == "application/json")
            #expect(answer["Cache-Control"] == "public, max-age=300")
            #expect(answer["Access-Control-Allow-Origin"] == "*")
            let tag = try #require(answer["ETag"])
            let again = try await server.answer(RawRequest.get("/openapi.json" + query, ["If-None-Match: \(tag)"]))
            #expect(again.statusLine == "HTTP/1.1 304 Not Modified")
            let head = try await server.answer(RawRequest.head("HEAD", "/openapi.json" + query), to: "HEAD")
            #expect(head["Content-Length"] == "\(answer.body.count)")
            #expect(server.fastAnswers == (query.isEmpty ? 3 : 0))
        }
    }

    /// The methods of each path in the document; a path item has other members, too.
    private static func described(by server: TestServer) async throws -> [String: Set<String>] {
        let answer = try await server.answer(RawRequest.get("/openapi.json"))
        let document = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        return paths.mapValues { item in
            Set(item.keys).subtracting(["description", "parameters", "summary"]).reduce(into: []) { methods, name in
                methods.insert(name.uppercased())
            }
        }
    }

    /// Who takes a wrong path is told all there are.
    private static func paths(of server: TestServer) async throws -> [String] {
        let answer = try await server.answer(RawRequest.get("/nothing"))
        #expect(answer.status == 404)
        let sentence = try #require(answer.text.split(separator: "only at exactly ").last?.split(separator: "\"").first)
        return sentence.split(separator: ", ").map(String.init)
    }

    /// Who takes a wrong method is told all that the path has.
    private static func methods(of path: String, _ server: TestServer) async throws -> Set<String> {
        let answer = try await server.answer(RawRequest.head("PATCH", path))
        #expect(answer.status == 405)
        return Set(try #require(answer["Allow"]).split(separator: ", ").map(String.init))
    }
}
