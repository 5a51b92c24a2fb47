import AuthCore
import AuthHTTP
import AuthTestSupport
import Testing

/// What the proxies wrote, and who is the client by that.
struct Forwarded: Sendable, CustomTestStringConvertible {
    let lines: [String]
    let client: String

    init(_ lines: String..., client: String) {
        self.lines = lines
        self.client = client
    }

    var testDescription: String { "\(lines)" }

    var fields: [String] { lines.map { "X-Forwarded-For: \($0)" } }

    /// As seen by a server that trusts 127.0.0.1, 10.0.0.0/8 and 2001:db8:1::/48.
    static let all = [
        Forwarded(client: "127.0.0.1"),
        Forwarded("", client: "127.0.0.1"),
        Forwarded("203.0.113.9", client: "203.0.113.9"),
        Forwarded("203.0.113.9:51234", client: "203.0.113.9"),
        Forwarded("::ffff:203.0.113.9", client: "203.0.113.9"),
        Forwarded("2001:db8::9", client: "2001:db8::9"),
        Forwarded("2001:DB8:0:0:0:0:0:9", client: "2001:db8::9"),
        Forwarded("[2001:db8::9]", client: "2001:db8::9"),
        Forwarded("[2001:db8::9]:51234", client: "2001:db8::9"),
        // Only the right-most address that is not a proxy counts: what is left of it, anyone may write.
        Forwarded("192.0.2.66, 203.0.113.9", client: "203.0.113.9"),
        Forwarded("127.0.0.1, 203.0.113.9", client: "203.0.113.9"),
        Forwarded("garbage, 203.0.113.9", client: "203.0.113.9"),
        Forwarded("203.0.113.9, 10.1.2.3", client: "203.0.113.9"),
        Forwarded("192.0.2.66, 203.0.113.9, 10.1.2.3, 2001:db8:1::1", client: "203.0.113.9"),
        Forwarded("203.0.113.9, ::ffff:10.1.2.3", client: "203.0.113.9"),
        // Several lines are one list, in their order (RFC 9110 §5.3).
        Forwarded("192.0.2.66", "203.0.113.9", client: "203.0.113.9"),
        Forwarded("192.0.2.66, 203.0.113.9", "10.1.2.3", client: "203.0.113.9"),
        Forwarded("203.0.113.9", "10.1.2.3, 10.1.2.4", "2001:db8:1::1", client: "203.0.113.9"),
        // Where all are proxies, the first of them speaks for itself.
        Forwarded("10.1.2.3", client: "10.1.2.3"),
        Forwarded("10.1.2.3, 10.1.2.4", client: "10.1.2.3"),
        // What cannot be read ends the chain at the last hop that could.
        Forwarded("unknown", client: "127.0.0.1"),
        Forwarded("203.0.113.9, unknown", client: "127.0.0.1"),
        Forwarded("203.0.113.9, unknown, 10.1.2.3", client: "10.1.2.3"),
        Forwarded("203.0.113.9, 10.1.2.300", client: "127.0.0.1"),
        Forwarded("203.0.113.9 192.0.2.66", client: "127.0.0.1"),
        Forwarded("203.0.113.9;192.0.2.66", client: "127.0.0.1"),
        // White space and empty elements mean nothing (RFC 9110 §5.6.1).
        Forwarded("  203.0.113.9  ,  10.1.2.3  ", client: "203.0.113.9"),
        Forwarded("203.0.113.9\t,\t10.1.2.3", client: "203.0.113.9"),
        Forwarded("203.0.113.9,10.1.2.3", client: "203.0.113.9"),
        Forwarded("203.0.113.9,,10.1.2.3,", client: "203.0.113.9"),
    ]
}

@Suite("The client address", .timeLimit(.minutes(1)))
struct ClientAddressTests {
    private func setup() throws -> TestServer.Setup {
        TestServer.Setup(
            authLimit: RateLimit(limit: 1, window: .seconds(1)),
            trustedProxies: try #require(TrustedProxies("127.0.0.1, 10.0.0.0/8, 2001:db8:1::/48")))
    }

    private func logIn(_ fields: [String]) -> [UInt8] { RawRequest.logIn("alice", "password of alice", fields) }

    @Test("behind trusted proxies is the right-most address that is not one of them", arguments: Forwarded.all)
    func forwarded(forwarded: Forwarded) async throws {
        try await TestServer.with(setup()) { server in
            let answer = try await server.answer(logIn(forwarded.fields))
            #expect(answer.status == 200)
            #expect(server.store.authLog.map(\.clientAddress) == [forwarded.client])
        }
    }

    @Test("is the peer's where the peer is no trusted proxy", arguments: ["", "10.0.0.0/8", "127.0.0.2"])
    func untrusted(proxies: String) async throws {
        let setup = TestServer.Setup(trustedProxies: try #require(TrustedProxies(proxies)))
        try await TestServer.with(setup) { server in
            for forwarded in Forwarded.all { _ = try await server.answer(logIn(forwarded.fields)) }
            #expect(server.store.authLog.count == Forwarded.all.count)
            #expect(server.store.authLog.allSatisfy { $0.clientAddress == "127.0.0.1" })
        }
    }

    @Test("is taken from no other field")
    func otherFields() async throws {
        try await TestServer.with(setup()) { server in
            let fields = ["Forwarded: for=203.0.113.9", "X-Real-IP: 203.0.113.9", "X-Client-IP: 203.0.113.9"]
            _ = try await server.answer(logIn(fields))
            #expect(server.store.authLog.map(\.clientAddress) == ["127.0.0.1"])
        }
    }

    @Test(
        "is what the limit counts: IPv4 as it is, IPv6 by its /64",
        arguments: [
            ("203.0.113.9", "203.0.113.9", 429), ("203.0.113.9", "203.0.113.10", 200),
            ("203.0.113.9", "::ffff:203.0.113.9", 429), ("203.0.113.9:1", "203.0.113.9:2", 429),
            ("2001:db8::1", "2001:db8::2", 429), ("2001:db8::1", "[2001:db8::ffff:0:0:1]:443", 429),
            ("2001:db8::1", "2001:db8:0:1::1", 200), ("192.0.2.1, 203.0.113.9", "192.0.2.2, 203.0.113.9", 429),
        ])
    func limited(first: String, second: String, status: Int) async throws {
        try await TestServer.with(setup()) { server in
            let firstAnswer = try await server.answer(logIn(["X-Forwarded-For: \(first)"]))
            #expect(firstAnswer.status == 200)
            let secondAnswer = try await server.answer(logIn(["X-Forwarded-For: \(second)"]))
            #expect(secondAnswer.status == status)
        }
    }

    @Test("cannot be changed by a client who is not behind a proxy")
    func spoofed() async throws {
        try await TestServer.with(.init(authLimit: RateLimit(limit: 1, window: .seconds(1)))) { server in
            let first = try await server.answer(logIn(["X-Forwarded-For: 203.0.113.1"]))
            #expect(first.status == 200)
            let second = try await server.answer(logIn(["X-Forwarded-For: 203.0.113.2"]))
            #expect(second.status == 429)
        }
    }
}
