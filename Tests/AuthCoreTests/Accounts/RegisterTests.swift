import AuthCore
import AuthTestSupport
import Testing

@Suite("Register") struct RegisterTests {
    private let store = TestStore()
    private let hasher = FakePasswordHasher()
    private let time = ManualTimeSource()

    private func register(isOpen: Bool = true) -> Register {
        Register(store: store, hasher: hasher, time: time, isOpen: isOpen)
    }

    private func user(_ name: String) async throws -> User? {
        try await store.read { transaction in try transaction.user(named: [name]) }
    }

    @Test("answers a UUID in lower case and keeps its hash") func password() async throws {
        let password = try await register()(username: "alice", email: "alice@example.com")
        #expect(password.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        #expect(try await user("alice")?.passwordHash == FakePasswordHasher.phc(password))
        #expect(try await register()(username: "bob", email: nil) != password)
    }

    @Test("keeps the name in canonical form") func canonical() async throws {
        _ = try await register()(username: "jose\u{301}", email: nil)
        #expect(try await user("jos\u{E9}") != nil)
        await #expect(throws: AuthError.usernameTaken) { try await register()(username: "jos\u{E9}", email: nil) }
    }

    @Test("says which of the two is taken") func taken() async throws {
        _ = try await register()(username: "alice", email: "a@example.com")
        await #expect(throws: AuthError.usernameTaken) { try await register()(username: "alice", email: nil) }
        await #expect(throws: AuthError.emailTaken) { try await register()(username: "bob", email: "a@example.com") }
        #expect(try await user("bob") == nil)
        // A taken name costs what a free one costs.
        #expect(hasher.calls == FakePasswordHasher.Calls(hashes: 3))
    }

    @Test(
        "refuses a bad name or address before anything is hashed",
        arguments: [("", nil), ("a\u{0}", nil), ("alice", "x"), ("alice", "")])
    func invalid(_ name: String, _ email: String?) async throws {
        let error = await #expect(throws: AuthError.self) { try await register()(username: name, email: email) }
        guard case .invalidRequest = error else {
            Issue.record("not an invalid request: \(String(describing: error))")
            return
        }
        #expect(hasher.calls == FakePasswordHasher.Calls())
    }

    @Test("is closed when a setting says so, but for an operator") func closed() async throws {
        await #expect(throws: AuthError.registrationClosed) {
            try await register(isOpen: false)(username: "alice", email: nil)
        }
        #expect(hasher.calls == FakePasswordHasher.Calls())
        try await register(isOpen: false).open(
            username: "alice", email: nil, password: Secret("password123"), by: .operatingSystem("root"))
        #expect(try await user("alice")?.passwordHash == FakePasswordHasher.phc("password123"))
    }

    @Test("opens no account without capacity for the hash, or without a store") func failures() async throws {
        store.fail(with: AuthError.unavailable("gone"))
        await #expect(throws: AuthError.unavailable("gone")) { try await register()(username: "alice", email: nil) }
        store.fail(with: nil)
        hasher.overload(.hashing)
        await #expect(throws: AuthError.overloaded(retryAfter: FakePasswordHasher.retryAfter)) {
            try await register()(username: "alice", email: nil)
        }
        #expect(try await user("alice") == nil)
    }

    @Test("of 50 parallel registrations of one name one succeeds") func parallel() async throws {
        let register = register()
        let successes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { (try? await register(username: "alice", email: nil)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(successes == 1)
    }
}
