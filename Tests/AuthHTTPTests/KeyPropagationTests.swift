import AuthCore
import AuthHTTP
import AuthTestSupport
import Testing

@Suite("Who is counted as a verifier", .timeLimit(.minutes(1)))
struct KeyPropagationTests {
    private static let set = "/.well-known/jwks.json"

    private func setup(_ proxies: String) throws -> TestServer.Setup {
        TestServer.Setup(trustedProxies: try #require(TrustedProxies(proxies)))
    }

    /// Asks once for each of `clients`, on one connection of a proxy, twice over.
    private func ask(_ server: TestServer, _ target: String, for clients: [String]) async throws {
        server.verifiers.show(newest: KeyID(1))
        let connection = try server.connect()
        for client in clients + clients {
            try await connection.send(
                RawRequest.get(target, ["X-Forwarded-For: \(client)", "User-Agent: verifier/1.0"]))
            #expect(try await connection.response().status == 200)
        }
    }

    @Test("behind a trusted proxy each client is one, also on one connection", arguments: [set, set + "?x"])
    func trusted(target: String) async throws {
        try await TestServer.with(setup("127.0.0.1")) { server in
            try await ask(server, target, for: ["203.0.113.1", "203.0.113.2", "203.0.113.3, 127.0.0.1"])
            #expect(server.verifiers.propagation == .init(newest: KeyID(1), known: 3, aware: 3))
        }
    }

    @Test("others cannot invent clients", arguments: ["", "10.0.0.0/8"], [set, set + "?x"])
    func untrusted(proxies: String, target: String) async throws {
        try await TestServer.with(setup(proxies)) { server in
            try await ask(server, target, for: ["203.0.113.1", "203.0.113.2"])
            #expect(server.verifiers.propagation == .init(newest: KeyID(1), known: 1, aware: 1))
        }
    }
}
