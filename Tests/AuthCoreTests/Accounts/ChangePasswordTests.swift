import AuthCore
import AuthTestSupport
import Testing

@Suite("ChangePassword") struct ChangePasswordTests {
    private let world: SignerWorld
    private let hasher = FakePasswordHasher()
    private let changePassword: ChangePassword
    private let logIn: LogIn
    private static let client = IPAddress(ipv4: 0xC000_0201)
    private static let old = "password of alice"

    init() async throws {
        world = try await SignerWorld()
        logIn = world.logIn(hasher: hasher)
        changePassword = ChangePassword(
            store: world.store, hasher: hasher, log: LoginLog(logger: world.log.logger),
            delays: Sample.delays(time: world.time, logger: world.log.logger), time: world.time)
    }

    private func change(_ name: String = "alice", _ password: String = old, to new: String) async throws {
        try await changePassword(
            username: name, password: Secret(password), newPassword: Secret(new), client: Self.client)
    }

    private func login(_ password: String) async throws -> IssuedToken {
        try await logIn(username: "alice", password: Secret(password), client: Self.client, kind: .live)
    }

    private func entry(_ user: UserID?) -> AuthLogEntry {
        AuthLogEntry(clientAddress: "192.0.2.1", moment: world.time.now, userID: user)
    }

    @Test("replaces the password, leaves a row, and is no login") func success() async throws {
        try await change(to: "another one")
        #expect(world.store.authLog == [entry(1)])
        #expect(world.store.lastLogin(of: 1) == nil)
        #expect(hasher.calls == FakePasswordHasher.Calls(hashes: 1, verifications: 1))
        await #expect(throws: AuthError.invalidCredentials) { try await login(Self.old) }
        _ = try await login("another one")
    }

    @Test(
        "a wrong password is told and logged as at a login, and costs the same",
        arguments: [("alice", "wrong"), ("bob", "password of alice")])
    func wrong(_ name: String, _ password: String) async throws {
        await #expect(throws: AuthError.invalidCredentials) { try await change(name, password, to: "another one") }
        #expect(world.store.authLog == [entry(nil)])
        let known = name == "alice" ? 1 : 0
        #expect(hasher.calls == .init(verifications: known, verificationsWithoutHash: 1 - known))
        _ = try await login(Self.old)
    }

    @Test(
        "a new password that cannot be chosen is refused before anything is looked at",
        arguments: ["", "7 bytes", String(repeating: "x", count: 1_025), "password of alice"])
    func impossible(_ new: String) async throws {
        for name in ["alice", "bob"] {
            let error = await #expect(throws: AuthError.self) { try await change(name, to: new) }
            guard case .invalidRequest = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
        #expect(hasher.calls == FakePasswordHasher.Calls())
        #expect(world.store.authLog.isEmpty)
    }

    @Test("of 50 at once one succeeds, and for the others the password is wrong by then") func parallel() async throws {
        let outcomes = await StoreLaw.inParallel(50) { number -> (number: Int, error: AuthError?) in
            do {
                try await change(to: "another one \(number)")
                return (number, nil)
            } catch {
                return (number, error as? AuthError ?? .unavailable("\(error)"))
            }
        }
        #expect(outcomes.count { $0.error == nil } == 1)
        // Who comes when ten have failed waits for a turn.
        let isExpected = outcomes.allSatisfy { outcome in
            switch outcome.error {
            case nil, .invalidCredentials, .rateLimited: true
            default: false
            }
        }
        #expect(isExpected)
        let winner = try #require(outcomes.first { $0.error == nil })
        _ = try await login("another one \(winner.number)")
    }

    @Test("a disabled account changes nothing, with the right password too") func disabled() async throws {
        try await world.store.write { transaction in _ = try transaction.disable(1, at: Sample.now) }
        await #expect(throws: AuthError.invalidCredentials) { try await change(to: "another one") }
        #expect(hasher.calls == FakePasswordHasher.Calls(verifications: 1))
        #expect(world.store.authLog == [entry(nil)])
    }

    @Test("wrong passwords here delay logins, and those there delay this") func delays() async throws {
        for block in 0..<LoginRecord.freeFailures {
            let client = IPAddress(ipv4: 0xC633_0000 + UInt32(block) << 8)
            await #expect(throws: AuthError.invalidCredentials) {
                try await changePassword(
                    username: "alice", password: Secret("wrong"), newPassword: Secret("another one"), client: client)
            }
        }
        await #expect(throws: AuthError.invalidCredentials) { try await login("wrong") }
        let error = await #expect(throws: AuthError.self) { try await change(to: "another one") }
        guard case .rateLimited = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("a password that must be changed opens nothing else, and nothing is told before it is right")
    func mustChange() async throws {
        let hash = FakePasswordHasher.phc(Self.old)
        try await world.store.write { transaction in
            _ = try transaction.resetPassword(of: 1, to: hash, mustChange: true, at: Sample.now)
        }
        await #expect(throws: AuthError.invalidCredentials) { try await login("wrong") }
        await #expect(throws: AuthError.passwordChangeRequired) { try await login(Self.old) }
        #expect(world.store.authLog == [entry(nil), entry(nil)])
        #expect(world.store.lastLogin(of: 1) == nil)
        try await change(to: "another one")
        _ = try await login("another one")
        #expect(world.store.authLog == [entry(nil), entry(nil), entry(1), entry(1)])
    }
}
