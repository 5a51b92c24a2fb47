import AuthCore
import AuthTestSupport
import Logging
import Testing

@Suite("LoginLog") struct LoginLogTests {
    private static let client = IPAddress(ipv4: 0xCB00_7107)

    @Test(
        "a login that fails is one line: from where, why, and to which account if there is one",
        arguments: [
            ("alice", "wrong", ["client": "203.0.113.7", "reason": "wrong_password", "user": "alice"]),
            ("bob", "password of bob", ["client": "203.0.113.7", "reason": "disabled", "user": "bob"]),
            ("bob", "wrong", ["client": "203.0.113.7", "reason": "disabled", "user": "bob"]),
            ("hunter2 in the wrong field", "x", ["client": "203.0.113.7", "reason": "unknown_user"]),
            ("", "", ["client": "203.0.113.7", "reason": "unknown_user"]),
        ] as [(String, String, [String: String])])
    func failure(username: String, password: String, metadata: [String: String]) async throws {
        let world = try await SignerWorld()
        let now = world.time.now
        try await world.store.write { transaction in
            try transaction.insert(Sample.user("bob"))
            _ = try transaction.disable(2, at: now)
        }
        let logIn = world.logIn(hasher: FakePasswordHasher())
        await #expect(throws: AuthError.invalidCredentials) {
            try await logIn(username: username, password: Secret(password), client: Self.client, kind: .live)
        }
        #expect(world.log.lines == [.init(level: .notice, message: "login failed", metadata: metadata)])
    }

    @Test("of a name that an older implementation let in no more is told than a name may have now")
    func long() async throws {
        let world = try await SignerWorld()
        try world.store.execute("UPDATE users SET username = '\(String(repeating: "x", count: 100))'")
        let logIn = world.logIn(hasher: FakePasswordHasher())
        await #expect(throws: AuthError.invalidCredentials) {
            try await logIn(
                username: String(repeating: "x", count: 100), password: Secret("wrong"), client: Self.client,
                kind: .live)
        }
        #expect(world.log.lines.first?.metadata["user"] == String(repeating: "x", count: 64) + "…")
    }

    @Test("a login that succeeds is a line for who debugs") func success() async throws {
        let world = try await SignerWorld()
        let logIn = world.logIn(hasher: FakePasswordHasher())
        _ = try await logIn(
            username: "alice", password: Secret("password of alice"), client: Self.client, kind: .live)
        let metadata = ["client": "203.0.113.7", "user": "alice"]
        #expect(world.log.lines == [.init(level: .debug, message: "login succeeded", metadata: metadata)])
    }

    @Test("a login that cannot be recorded has not failed") func unavailable() async throws {
        let world = try await SignerWorld()
        world.store.fail(with: AuthError.unavailable("disk full"))
        let logIn = world.logIn(hasher: FakePasswordHasher())
        await #expect(throws: AuthError.unavailable("disk full")) {
            try await logIn(username: "alice", password: Secret("wrong"), client: Self.client, kind: .live)
        }
        #expect(world.log.lines.isEmpty)
    }
}
