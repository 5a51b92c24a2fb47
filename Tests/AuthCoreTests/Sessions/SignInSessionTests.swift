import AuthCore
import AuthTestSupport
import Testing

@Suite("The session of a sign-in") struct SignInSessionTests {
    private func found(_ secret: BrowserSecret, in world: AuthorizeWorld) async throws -> Session? {
        let now = world.time.now
        return try await world.store.read { transaction in try transaction.session(secret.hash, at: now) }
    }

    @Test("says who, from where and for how long") func session() async throws {
        let world = try await AuthorizeWorld()
        let secret = try await world.session()
        let session = try #require(try await found(secret, in: world))
        #expect(session.user == 1 && session.address == "192.0.2.1" && session.userAgent == "browser")
        #expect(session.expiresAt == world.time.now + .seconds(7 * 86_400))
        #expect(session.id != secret.text && session.id.count == 22)
        world.time.advance(by: .seconds(12 * 3_600 - 1))
        #expect(try await found(secret, in: world) != nil)
        world.time.advance(by: .seconds(1))
        #expect(try await found(secret, in: world) == nil)
    }

    @Test("is used by each code, and lasts longer by that") func use() async throws {
        let world = try await AuthorizeWorld()
        let secret = try await world.session()
        for _ in 0..<4 {
            world.time.advance(by: .seconds(10 * 3_600))
            #expect(try await world.answerAtOnce(session: secret) != nil)
        }
    }

    @Test("has another secret after each password (session fixation), and stays the same session") func renewed()
        async throws
    {
        let world = try await AuthorizeWorld()
        let planted = BrowserSecret.random()
        let first = try await world.signIn(try await world.begun(session: planted)).session
        #expect(first != planted)
        #expect(try await found(planted, in: world) == nil)
        let before = try #require(try await found(first, in: world))
        world.time.advance(by: .seconds(5))
        let second = try await world.signIn(try await world.begun(["prompt": "login"], session: first)).session
        #expect(try await found(first, in: world) == nil)
        let after = try #require(try await found(second, in: world))
        #expect(after.id == before.id && after.authenticatedAt == world.time.now)
    }

    @Test("ends where somebody else signs in, with what its user gave") func another() async throws {
        let world = try await AuthorizeWorld()
        let flow = try await world.begun()
        let alice = try await world.signIn(flow)
        let grant = try await world.grant(alice.state)
        world.time.advance(by: .seconds(1))
        let bob = try await world.signIn(try await world.begun(["prompt": "login"], session: alice.session), "bob")
        #expect(try await found(alice.session, in: world) == nil)
        #expect(try await found(bob.session, in: world)?.user == 2)
        let now = world.time.now
        #expect(try await world.store.read { transaction in try transaction.grant(grant.id, at: now) } == nil)
    }

    @Test(
        "there is none without the right password, and the attempt is on record",
        arguments: [
            ("alice", "password of bob", AuditReason.wrongPassword), ("mallory", "password of alice", .unknownUser),
            ("", "", .unknownUser),
        ])
    func refused(_ name: String, _ password: String, _ reason: AuditReason) async throws {
        let world = try await AuthorizeWorld()
        let flow = try await world.begun()
        let outcome = try await world.authorize.signIn(
            flow.handle, username: name, password: Secret(password), in: flow.browser)
        guard case .refused(_, .invalidCredentials) = outcome else { throw Unexpected("\(outcome)") }
        #expect(try await world.sessions(of: 1).isEmpty)
        #expect(world.store.authLog.map(\.userID) == [nil])
        #expect(world.store.auditLog.map(\.action) == ["sign_in"])
        #expect(world.store.auditLog.map(\.reason) == [reason.rawValue])
        #expect(world.count(.signIn, .failure) == 1)
        // The form is still good.
        #expect(try await world.grant(try await world.signIn(flow).state).user == 1)
    }

    @Test("there is none for a password that has to be changed first") func mustChange() async throws {
        let world = try await AuthorizeWorld()
        let now = world.time.now
        _ = try await world.store.write { transaction in
            try transaction.resetPassword(
                of: 1, to: FakePasswordHasher.phc("password of alice"), mustChange: true, at: now)
        }
        let flow = try await world.begun()
        let outcome = try await world.authorize.signIn(
            flow.handle, username: "alice", password: Secret("password of alice"), in: flow.browser)
        guard case .refused(_, .passwordChangeRequired) = outcome else { throw Unexpected("\(outcome)") }
        #expect(try await world.sessions(of: 1).isEmpty)
        #expect(world.store.auditLog.map(\.reason) == ["password_change_required"])
    }

    @Test("who guesses has to wait, as at /auth") func delayed() async throws {
        let world = try await AuthorizeWorld()
        let flow = try await world.begun()
        var last: AuthError?
        for _ in 0..<40 {
            let outcome = try await world.authorize.signIn(
                flow.handle, username: "alice", password: Secret("guess"), in: flow.browser)
            guard case .refused(_, let error) = outcome else { throw Unexpected("\(outcome)") }
            last = error
        }
        guard case .rateLimited(let refusal) = last else { throw Unexpected("nobody waits") }
        #expect(refusal.limit.isOfAccount)
        #expect(world.hasher.calls.verifications < 40)
    }
}
