import AuthCore
import AuthTestSupport
import Logging
import Testing

@Suite("LogIn: accounts that are disabled or gone") struct DisabledLogInTests {
    private let world: SignerWorld
    private let hasher = FakePasswordHasher()
    private static let client = IPAddress(ipv4: 0xC000_0201)

    init() async throws { world = try await SignerWorld() }

    private func login(hasher: any PasswordHasher, kind: TokenKind = .live) async throws -> IssuedToken {
        let logIn = LogIn(
            configuration: LogIn.Configuration(
                issuer: "https://issuer.example", audience: "https://api.example", lifetime: world.lifetime),
            store: world.store, hasher: hasher, log: LoginLog(logger: world.log.logger),
            delays: Sample.delays(time: world.time), signer: world.signer, time: world.time)
        return try await logIn(
            username: "alice", password: Secret("password of alice"), client: Self.client, kind: kind)
    }

    private func expectNothingButAFailure(_ reason: String = "changed_meanwhile") {
        let line = ["client": "192.0.2.1", "reason": reason, "user": "alice"]
        #expect(world.log.lines == [.init(level: .notice, message: "login failed", metadata: line)])
        let failure = AuthLogEntry(clientAddress: "192.0.2.1", moment: world.time.now, userID: nil)
        #expect(world.store.authLog == [failure])
        #expect(world.store.signingExtensions == 0)
    }

    @Test("the right password of a disabled account is a wrong one, at its cost") func disabled() async throws {
        // Of an old kind, whose right password would cost a hash more.
        let hash = FakePasswordHasher.phc("password of alice", parameters: "old")
        try await world.store.write { transaction in
            _ = try transaction.resetPassword(of: 1, to: hash, mustChange: false, at: Sample.now)
            _ = try transaction.disable(1, at: Sample.now)
        }
        await #expect(throws: AuthError.invalidCredentials) { try await login(hasher: hasher) }
        #expect(hasher.calls == FakePasswordHasher.Calls(verifications: 1))
        expectNothingButAFailure("disabled")
        #expect(world.store.lastLogin(of: 1) == nil)
    }

    @Test(
        "an account that is disabled while its password is checked gets no token",
        arguments: [TokenKind.live, .expired])
    func disabledMeanwhile(_ kind: TokenKind) async throws {
        let store = world.store
        let interrupting = InterruptingHasher(hasher: hasher) {
            try await store.write { transaction in _ = try transaction.disable(1, at: Sample.now) }
        }
        await #expect(throws: AuthError.invalidCredentials) { try await login(hasher: interrupting, kind: kind) }
        expectNothingButAFailure()
        #expect(world.store.lastLogin(of: 1) == nil)
    }

    @Test("nor does one that is deleted meanwhile") func deletedMeanwhile() async throws {
        let store = world.store
        let interrupting = InterruptingHasher(hasher: hasher) {
            try await store.write { transaction in _ = try transaction.deleteUser(1) }
        }
        await #expect(throws: AuthError.invalidCredentials) { try await login(hasher: interrupting) }
        expectNothingButAFailure()
    }
}
