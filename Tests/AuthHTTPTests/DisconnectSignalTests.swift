import AuthCore
import AuthTestSupport
import Testing

@Suite("A client who goes away", .timeLimit(.minutes(1)))
struct ClientPresenceTests {
    private static let requests = [
        RawRequest.logIn("alice", "password of alice"), RawRequest.logIn("mallory", "x"),
        RawRequest.post("/register", #"{"username":"bob"}"#),
    ]

    /// Ways of going away.
    enum Departure: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case finishes = "says that it sends no more"
        case resets = "breaks the connection"

        var testDescription: String { rawValue }

        func callAsFunction(_ connection: RawConnection) {
            switch self {
            case .finishes: connection.finishSending()
            case .resets: connection.reset()
            }
        }
    }

    @Test("while its password waits in the queue gives the place back", arguments: requests, Departure.allCases)
    func cancels(request: [UInt8], departure: Departure) async throws {
        let hasher = GatedHasher()
        try await TestServer.with(.init(slowHasher: hasher)) { server in
            let connection = try server.connect()
            try await connection.send(request)
            try await eventually { hasher.waiting == 1 }
            departure(connection)
            try await eventually { hasher.cancelled == 1 }
            #expect(hasher.waiting == 0)
            #expect(server.store.authLog.isEmpty)
            #expect(try await server.isAlive())
        }
    }

    @Test("takes no other client's place with it")
    func others() async throws {
        let hasher = GatedHasher()
        try await TestServer.with(.init(slowHasher: hasher)) { server in
            let staying = Task { try await server.answer(Self.requests[0]).status }
            try await eventually { hasher.waiting == 1 }
            let leaving = try server.connect()
            try await leaving.send(Self.requests[0])
            try await eventually { hasher.waiting == 2 }
            leaving.reset()
            try await eventually { hasher.cancelled == 1 }
            #expect(hasher.waiting == 1)
            hasher.open()
            #expect(try await staying.value == 200)
        }
    }

    @Test("before its request was whole costs no hash")
    func early() async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(Array(Self.requests[0].dropLast(5)))
            connection.finishSending()
            _ = try await connection.rest()
            #expect(server.hasher.calls == .init())
            #expect(try await server.isAlive())
        }
    }

    @Test(
        "but reads on gets what costs no queue", arguments: ["/ping", "/.well-known/jwks.json", "/ping?x", "/nothing"])
    func quick(target: String) async throws {
        try await TestServer.with { server in
            let connection = try server.connect()
            try await connection.send(RawRequest.get(target))
            connection.finishSending()
            let answer = try await connection.response()
            #expect(answer.status == (target == "/nothing" ? 404 : 200))
            #expect(try await connection.rest().isEmpty)
        }
    }
}
