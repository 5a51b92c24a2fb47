import AuthCore
import AuthTestSupport
import CryptoExtras
import Foundation
import Testing

@Suite("The metadata documents", .timeLimit(.minutes(1)))
struct MetadataTests {
    private static let plain = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]
    private static let withPath =
        plain + [
            "/.well-known/openid-configuration/p", "/.well-known/oauth-authorization-server/p",
            "/p/.well-known/openid-configuration",
        ]

    /// An issuer, its JWK Set, and the paths at which its metadata is.
    private static let issuers = [
        ("http://issuer.example", "http://issuer.example/.well-known/jwks.json", plain),
        ("http://issuer.example/", "http://issuer.example/.well-known/jwks.json", plain),
        ("https://issuer.example:8443/p", "https://issuer.example:8443/p/.well-known/jwks.json", withPath),
        ("https://issuer.example/p/", "https://issuer.example/p/.well-known/jwks.json", withPath),
        ("not a URL", "not a URL/.well-known/jwks.json", plain),
    ]

    @Test("say what is true, the same at every path", arguments: issuers, ["", "?x"])
    func body(issuer: (text: String, keySet: String, paths: [String]), query: String) async throws {
        try await TestServer.with(.init(issuer: issuer.text, offersOAuth: false)) { server in
            for path in issuer.paths {
                let answer = try await server.answer(RawRequest.get(path + query))
                #expect(answer.status == 200)
                let expected =
                    #"{"issuer":"\#(issuer.text)","jwks_uri":"\#(issuer.keySet)","#
                    + #""id_token_signing_alg_values_supported":["RS256"]}"#
                #expect(answer.text == expected)
                #expect(answer["Content-Type"] == "application/json")
                #expect(answer["Cache-Control"] == "public, max-age=300")
                #expect(answer["Access-Control-Allow-Origin"] == "*")
                let tag = try #require(answer["ETag"])
                let again = try await server.answer(RawRequest.get(path + query, ["If-None-Match: \(tag)"]))
                #expect(again.statusLine == "HTTP/1.1 304 Not Modified")
                #expect(again.body.isEmpty)
                let head = try await server.answer(RawRequest.head("HEAD", path + query), to: "HEAD")
                #expect(head.status == 200)
                #expect(head["Content-Length"] == "\(answer.body.count)")
            }
            #expect(server.fastAnswers == (query.isEmpty ? Int64(3 * issuer.paths.count) : 0))
        }
    }

    @Test("an issuer without a path has none below one")
    func noPath() async throws {
        try await TestServer.with { server in
            for path in Self.withPath.dropFirst(2) + ["/p/.well-known/jwks.json"] {
                let answer = try await server.answer(RawRequest.get(path))
                #expect(answer.status == 404)
            }
        }
    }

    @Test("make nobody a verifier, and the JWK Set below the issuer's path does")
    func propagation() async throws {
        try await TestServer.with(.init(issuer: "https://issuer.example/p")) { server in
            server.verifiers.show(newest: KeyID(1))
            for path in Self.withPath { _ = try await server.answer(RawRequest.get(path)) }
            #expect(server.verifiers.propagation?.known == 0)
            let set = try await server.answer(RawRequest.get("/p/.well-known/jwks.json"))
            #expect(set.body == server.keyRing.current?.set.body)
            #expect(server.verifiers.propagation?.known == 1)
        }
    }

    @Test(
        "a resource server that knows the issuer alone verifies a token", arguments: issuers.prefix(4).map(\.0),
        [ResourceServer.Discovery.openID, .oauth])
    func resourceServer(issuer: String, discovery: ResourceServer.Discovery) async throws {
        try await TestServer.with(.init(issuer: issuer)) { server in
            let answer = try await server.answer(RawRequest.logIn("alice", "password of alice"))
            let token = try #require(answer.text.split(separator: "\"").dropFirst(3).first.map(String.init))
            let resourceServer = ResourceServer(issuer: issuer, discovery: discovery, server: server)
            let accepted = try await resourceServer.accepts(token)
            #expect(accepted)
            let parts = token.split(separator: ".")
            let forged = "\(parts[0]).\(parts[1]).\(String(parts[2].reversed()))"
            let acceptsForged = try await resourceServer.accepts(forged)
            #expect(!acceptsForged)
        }
    }
}

/// A stub of a service that is configured with an issuer and nothing else. Names lead to the server under test.
struct ResourceServer {
    /// How it makes the metadata's address from the issuer.
    enum Discovery: String, Sendable {
        /// Discovery §4: behind the issuer.
        case openID
        /// RFC 8414 §3.1: between host and path.
        case oauth
    }

    struct Refused: Error { let reason: String }

    let issuer: String
    let discovery: Discovery
    let server: TestServer

    func accepts(_ token: String) async throws -> Bool {
        let parts = token.split(separator: ".").map(String.init)
        let header = try object(decoded(parts[0]))
        guard header["alg"] as? String == "RS256", try object(decoded(parts[1]))["iss"] as? String == issuer else {
            return false
        }
        let metadata = try object(try await fetch(metadataURL))
        guard metadata["issuer"] as? String == issuer else { throw Refused(reason: "another issuer") }
        let keySet = try #require((metadata["jwks_uri"] as? String).flatMap { URL(string: $0) })
        let keys = try #require(try object(try await fetch(keySet))["keys"] as? [[String: String]])
        guard let key = keys.first(where: { $0["kid"] == header["kid"] as? String }) else { return false }
        let publicKey = try _RSA.Signing.PublicKey(
            n: decoded(try #require(key["n"])), e: decoded(try #require(key["e"])))
        return publicKey.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: try decoded(parts[2])),
            for: Data("\(parts[0]).\(parts[1])".utf8), padding: .insecurePKCS1v1_5)
    }

    private var metadataURL: URL {
        get throws {
            let bare = issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer
            let url = try #require(URL(string: bare))
            switch discovery {
            case .openID: return try #require(URL(string: bare + "/.well-known/openid-configuration"))
            case .oauth:
                let host = String(bare.dropLast(url.path.count))
                return try #require(URL(string: host + "/.well-known/oauth-authorization-server" + url.path))
            }
        }
    }

    private func fetch(_ url: URL) async throws -> [UInt8] {
        let answer = try await server.answer(RawRequest.get(url.path))
        guard answer.status == 200 else { throw Refused(reason: "\(url.path): \(answer.status)") }
        return answer.body
    }

    private func object(_ bytes: some Sequence<UInt8>) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    private func decoded(_ base64URL: String) throws -> Data {
        let base64 = base64URL.replacing("-", with: "+").replacing("_", with: "/")
        return try #require(Data(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4)))
    }
}
