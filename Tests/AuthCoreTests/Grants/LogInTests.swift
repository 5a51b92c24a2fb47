import AuthCore
import AuthTestSupport
import Logging
import Testing

@Suite("LogIn") struct LogInUseCaseTests {
    private let world: SignerWorld
    private let hasher = FakePasswordHasher()
    private let logIn: LogIn
    /// 2001:db8::1
    private static let client = IPAddress(high: 0x2001_0DB8_0000_0000, low: 1)

    init() async throws {
        world = try await SignerWorld()
        logIn = world.logIn(hasher: hasher)
    }

    private func login(_ name: String, _ password: String, kind: TokenKind = .live) async throws -> IssuedToken {
        try await logIn(username: name, password: Secret(password), client: Self.client, kind: kind)
    }

    private func entry(_ user: UserID?) -> AuthLogEntry {
        AuthLogEntry(clientAddress: "2001:db8::1", moment: world.time.now, userID: user)
    }

    private func hash(of name: String) async throws -> PasswordHash? {
        try await world.store.read { transaction in try transaction.user(named: [name]) }?.passwordHash
    }

    @Test(
        "answers the account's token, and records the login",
        arguments: [TokenKind.live, .expired, .expiredUnderPublishedKey])
    func success(_ kind: TokenKind) async throws {
        world.time.advance(by: .seconds(5))
        let token = try await login("alice", "password of alice", kind: kind)
        #expect(try ParsedToken(token.text).text("sub") == "1")
        #expect(try ParsedToken(token.text).text("preferred_username") == "alice")
        #expect(world.store.authLog == [entry(1)])
        #expect(world.store.lastLogin(of: 1) == world.time.now)
        #expect(hasher.calls == FakePasswordHasher.Calls(verifications: 1))
    }

    @Test(
        "a wrong password is logged without the account, and changes nothing",
        arguments: ["", "password of alic", "Password of alice", "password of alice ", "password of alice\u{0}"])
    func wrongPassword(_ password: String) async throws {
        await #expect(throws: AuthError.invalidCredentials) { try await login("alice", password) }
        #expect(world.store.authLog == [entry(nil)])
        #expect(world.store.lastLogin(of: 1) == nil)
        #expect(world.store.signingExtensions == 0)
        #expect(hasher.calls == FakePasswordHasher.Calls(verifications: 1))
    }

    @Test(
        "an unknown user costs a check against nothing, and is told the same",
        arguments: ["bob", "", "Alice", "alice ", "a\u{0}", String(repeating: "x", count: 10_000)])
    func unknownUser(_ name: String) async throws {
        await #expect(throws: AuthError.invalidCredentials) { try await login(name, "password of alice") }
        #expect(world.store.authLog == [entry(nil)])
        #expect(hasher.calls == FakePasswordHasher.Calls(verificationsWithoutHash: 1))
    }

    @Test("finds a name in either normalisation form, the exact one first") func forms() async throws {
        let new = try Sample.user("jos\u{E9}")
        try await world.store.write { transaction in try transaction.insert(new) }
        for name in ["jos\u{E9}", "jose\u{301}"] {
            let token = try await login(name, "password of jos\u{E9}")
            #expect(try ParsedToken(token.text).text("sub") == "2")
        }
    }

    @Test("moves an old hash to today's parameters at a login, once") func rehash() async throws {
        try await insertCarol()
        _ = try await login("carol", "secret")
        #expect(try await hash(of: "carol") == FakePasswordHasher.phc("secret"))
        _ = try await login("carol", "secret")
        #expect(hasher.calls == FakePasswordHasher.Calls(hashes: 1, verifications: 2))
    }

    @Test("a hash that cannot be read is a wrong password to the caller, and one line to the operator")
    func unreadable() async throws {
        try await world.store.write { transaction in
            let user = try #require(try transaction.user(named: ["alice"]))
            _ = try transaction.replacePasswordHash(
                of: user.id, from: user.passwordHash, to: PasswordHash(phcString: "$secret$"))
        }
        for _ in 0..<3 {
            await #expect(throws: AuthError.invalidCredentials) { try await login("alice", "password of alice") }
        }
        #expect(hasher.calls == .init(verifications: 3))
        let lines = world.log.lines.filter { $0.level > .notice }
        #expect(lines.map(\.metadata) == [["user_id": "1"]])
        #expect(lines.allSatisfy { $0.level == .error && !$0.message.contains("$secret$") })
    }

    @Test("a wrong password moves no hash") func noRehash() async throws {
        try await insertCarol()
        await #expect(throws: AuthError.invalidCredentials) { try await login("carol", "wrong") }
        #expect(try await hash(of: "carol") == FakePasswordHasher.phc("secret", parameters: "old"))
        #expect(hasher.calls == FakePasswordHasher.Calls(verifications: 1))
    }

    @Test("no capacity for the new hash fails no login") func overloadedRehash() async throws {
        try await insertCarol()
        hasher.overload(.hashing)
        _ = try await login("carol", "secret")
        #expect(try await hash(of: "carol") == FakePasswordHasher.phc("secret", parameters: "old"))
        #expect(world.store.authLog == [entry(2)])
    }

    @Test("of many parallel logins each succeeds, and the hash moves") func parallelRehash() async throws {
        try await insertCarol()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await login("carol", "secret") } }
            try await group.waitForAll()
        }
        #expect(try await hash(of: "carol") == FakePasswordHasher.phc("secret"))
        #expect(world.store.authLog.count == 20)
    }

    @Test("an attempt whose password was not checked leaves no row", arguments: ["alice", "bob"])
    func overloaded(_ name: String) async throws {
        hasher.overload(.verifying)
        await #expect(throws: AuthError.overloaded(retryAfter: FakePasswordHasher.retryAfter)) {
            try await login(name, "password of alice")
        }
        #expect(world.store.authLog.isEmpty)
    }

    @Test("a failure that cannot be logged is no refusal of the password") func outage() async throws {
        world.store.fail(with: AuthError.unavailable("gone"))
        await #expect(throws: AuthError.unavailable("gone")) { try await login("alice", "wrong") }
    }

    /// An account of the original implementation, as it were.
    private func insertCarol() async throws {
        let carol = try Sample.user("carol", hash: FakePasswordHasher.phc("secret", parameters: "old"))
        try await world.store.write { transaction in try transaction.insert(carol) }
    }
}
