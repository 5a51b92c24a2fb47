import AuthCore
import AuthTestSupport
import Testing

@Suite("The audit log of logins and changed passwords") struct LogInAuditTests {
    private let world: SignerWorld
    private let hasher = FakePasswordHasher()
    private static let client = IPAddress(ipv4: 0xC000_0201)
    private static let right = "password of alice"

    init() async throws { world = try await SignerWorld() }

    private func row(
        _ action: AuditAction, _ reason: AuditReason? = nil, user: UserID? = 1, kid: KeyID? = nil, jti: String? = nil
    ) -> AuditRecord {
        let event = AuditEvent(
            action, reason == nil ? .success : .failure, reason: reason,
            by: .caller(Self.client, userAgent: "curl/8"), at: world.time.now, userID: user,
            username: user == nil ? nil : "alice", kid: kid, jti: jti)
        return AuditRecord(event, number: world.store.auditLog.last?.number ?? 0)
    }

    private func login(
        _ name: String = "alice", _ password: String = right, kind: TokenKind = .live,
        hasher: (any PasswordHasher)? = nil
    ) async throws -> IssuedToken {
        let logIn = LogIn(
            configuration: LogIn.Configuration(
                issuer: "https://issuer.example", audience: "https://api.example", lifetime: world.lifetime),
            store: world.store, hasher: hasher ?? self.hasher, log: LoginLog(logger: world.log.logger),
            delays: Sample.delays(time: world.time), signer: world.signer, time: world.time)
        return try await logIn(
            username: name, password: Secret(password), client: Self.client, userAgent: "curl/8", kind: kind)
    }

    private func change(_ name: String = "alice", _ password: String = right) async throws {
        let changePassword = ChangePassword(
            store: world.store, hasher: hasher, log: LoginLog(logger: world.log.logger),
            delays: Sample.delays(time: world.time), time: world.time)
        try await changePassword(
            username: name, password: Secret(password), newPassword: Secret("another one"), client: Self.client,
            userAgent: "curl/8")
    }

    @Test("has the key and the id of a token that was issued", arguments: [TokenKind.live, .expired])
    func success(_ kind: TokenKind) async throws {
        let token = try ParsedToken(try await login(kind: kind).text)
        let row = row(.login, kid: KeyID(kind == .live ? 1 : 2), jti: try token.text("jti"))
        #expect(world.store.auditLog == [row])
    }

    @Test("tells the operator why a login failed, and no name that nobody has")
    func failures() async throws {
        await #expect(throws: AuthError.invalidCredentials) { try await login("alice", "wrong") }
        #expect(world.store.auditLog == [row(.login, .wrongPassword)])
        await #expect(throws: AuthError.invalidCredentials) { try await login(Self.right, Self.right) }
        #expect(world.store.auditLog.last == row(.login, .unknownUser, user: nil))
        try await world.store.write { transaction in _ = try transaction.disable(1, at: Sample.now) }
        for password in [Self.right, "wrong"] {
            await #expect(throws: AuthError.invalidCredentials) { try await login("alice", password) }
            #expect(world.store.auditLog.last == row(.login, .disabled))
        }
        #expect(world.store.auditLog.count == 4)
    }

    @Test("tells that a password has to be changed first") func mustChange() async throws {
        let hash = FakePasswordHasher.phc(Self.right)
        try await world.store.write { transaction in
            _ = try transaction.resetPassword(of: 1, to: hash, mustChange: true, at: Sample.now)
        }
        await #expect(throws: AuthError.passwordChangeRequired) { try await login() }
        #expect(world.store.auditLog == [row(.login, .passwordChangeRequired)])
    }

    @Test("tells that the account changed while its password was checked") func meanwhile() async throws {
        let store = world.store
        let interrupting = InterruptingHasher(hasher: hasher) {
            try await store.write { transaction in _ = try transaction.disable(1, at: Sample.now) }
        }
        await #expect(throws: AuthError.invalidCredentials) { try await login(hasher: interrupting) }
        #expect(world.store.auditLog == [row(.login, .changedMeanwhile)])
    }

    @Test("knows a changed password, and one that was not changed") func passwords() async throws {
        await #expect(throws: AuthError.invalidCredentials) { try await change("alice", "wrong") }
        #expect(world.store.auditLog == [row(.passwordChange, .wrongPassword)])
        await #expect(throws: AuthError.invalidCredentials) { try await change("bob", Self.right) }
        #expect(world.store.auditLog.last == row(.passwordChange, .unknownUser, user: nil))
        try await change()
        #expect(world.store.auditLog.last == row(.passwordChange))
        #expect(world.store.auditLog.count == 3)
    }

    @Test("has no row where nothing was checked") func refused() async throws {
        hasher.overload(.verifying)
        await #expect(throws: AuthError.self) { try await login() }
        #expect(world.store.auditLog.isEmpty)
    }

    @Test("cuts what a caller chose, and holds no password") func cut() async throws {
        let logIn = world.logIn(hasher: hasher)
        _ = try await logIn(
            username: "alice", password: Secret(Self.right), client: Self.client,
            userAgent: String(repeating: "x", count: 10_000), kind: .live)
        let row = try #require(world.store.auditLog.last)
        #expect(row.userAgent == String(repeating: "x", count: AuditEvent.longestText))
        #expect(!"\(row)".contains(Self.right))
    }
}
