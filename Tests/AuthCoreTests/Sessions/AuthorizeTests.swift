import AuthCore
import AuthTestSupport
import Testing

@Suite("Authorize") struct AuthorizeTests {
    @Test("a sign-in ends with a code for exactly what was asked") func code() async throws {
        let world = try await AuthorizeWorld()
        let flow = try await world.begun(["login_hint": "ali", "ui_locales": "de"])
        guard case .signIn(let view) = try await world.authorize.look(flow.handle, in: flow.browser) else {
            throw Unexpected("there is no sign-in page")
        }
        #expect(view.client?.text == "App")
        #expect(view.username == "ali" && view.languages == "de")
        world.time.advance(by: .seconds(60))
        let grant = try await world.grant(try await world.signIn(flow).state)
        #expect(grant.user == 1 && grant.client == Sample.app && grant.scopes == [.openID, .email])
        #expect(grant.authenticatedAt == world.time.now && !grant.isOffline)
        #expect(grant.session == (try await world.sessions(of: 1).first?.id))
        #expect(world.store.lastLogin(of: 1) == world.time.now)
        #expect(world.store.authLog.map(\.userID) == [1])
        #expect(world.count(.signIn) == 1 && world.count(.authorize) == 1)
    }

    @Test(
        "a grant ends when its tokens can",
        arguments: [
            ([.authorizationCode], "openid", 25 * 3_600),
            ([.authorizationCode, .refreshToken], "openid", 90 * 86_400),
            ([.authorizationCode], "openid offline_access", 90 * 86_400),
        ] as [([GrantType], String, Int64)])
    func ends(_ grants: [GrantType], _ scope: String, _ seconds: Int64) async throws {
        let world = try await AuthorizeWorld(grants: grants)
        let grant = try await world.grant(try await world.signIn(try await world.begun(["scope": scope])).state)
        #expect(grant.expiresAt == world.time.now + .seconds(seconds))
        #expect(grant.isOffline == scope.contains("offline"))
    }

    @Test("oidcc-prompt-none-not-logged-in, oidcc-prompt-none-logged-in: never a page") func silent() async throws {
        let world = try await AuthorizeWorld()
        #expect(error(try await world.answerAtOnce(["prompt": "none"])) == .loginRequired)
        let session = try await world.session()
        let signedInAt = world.time.now
        world.time.advance(by: .seconds(3_600))
        guard case .code(let code) = try await world.answerAtOnce(["prompt": "none"], session: session) else {
            throw Unexpected("there is no code")
        }
        let grant = try await world.grant(code)
        #expect(grant.authenticatedAt == signedInAt && grant.user == 1)
        #expect(try await world.answerAtOnce(session: session) != nil)
        #expect(try await world.answerAtOnce(["max_age": "3599"], session: session) == nil)
        #expect(try await world.answerAtOnce(["max_age": "10000"], session: session) != nil)
    }

    @Test(
        "oidcc-prompt-login, oidcc-max-age-1: another sign-in, and a later auth_time",
        arguments: [["prompt": "login"], ["prompt": "select_account"], ["max_age": "1"], ["max_age": "0"]])
    func again(_ wish: [String: String]) async throws {
        let world = try await AuthorizeWorld()
        let session = try await world.session()
        world.time.advance(by: .seconds(2))
        let flow = try await world.begun(wish, session: session)
        guard case .signIn(let view) = try await world.authorize.look(flow.handle, in: flow.browser) else {
            throw Unexpected("there is no sign-in page")
        }
        #expect(view.username == "alice")
        let grant = try await world.grant(try await world.signIn(flow).state)
        #expect(grant.authenticatedAt == world.time.now)
    }

    @Test("oidcc-id-token-hint: whom the client expects, or nobody") func hint() async throws {
        let world = try await AuthorizeWorld()
        let alice = try await world.session(), bob = try await world.session(of: "bob")
        let silent = ["prompt": "none", "id_token_hint": "of bob"]
        #expect(error(try await world.answerAtOnce(silent, session: alice)) == .loginRequired)
        #expect(error(try await world.answerAtOnce(silent, session: bob)) == nil)
        let flow = try await world.begun(["id_token_hint": "of bob"], session: alice)
        let other = try await world.signIn(flow, "alice")
        #expect(error(other.state) == .loginRequired)
        // Of whom nobody can say who is meant: only where nobody can be asked is that somebody else.
        let unread = ["prompt": "none", "id_token_hint": "x"]
        #expect(error(try await world.answerAtOnce(unread, session: other.session)) == .loginRequired)
        let asked = try await world.answerAtOnce(["id_token_hint": "x"], session: other.session)
        #expect(asked != nil && error(asked) == nil)
    }

    @Test("a flow is nothing in another browser, and over after an hour") func bound() async throws {
        let world = try await AuthorizeWorld()
        let flow = try await world.begun()
        for other in [world.browser(), world.browser(flows: .random())] {
            #expect(try await world.authorize.look(flow.handle, in: other) == .over)
            let decided = try await world.authorize.decide(flow.handle, allows: false, asked: nil, in: other)
            #expect(decided == .over)
            let outcome = try await world.authorize.signIn(
                flow.handle, username: "alice", password: Secret("password of alice"), in: other)
            guard case .state(.over) = outcome else { throw Unexpected("\(outcome)") }
        }
        #expect(world.hasher.calls == .init())
        world.time.advance(by: .seconds(3_599))
        #expect(try await world.authorize.look(flow.handle, in: flow.browser) != .over)
        world.time.advance(by: .seconds(1))
        guard case .late = try await world.authorize.look(flow.handle, in: flow.browser) else {
            throw Unexpected("it took too long, and its client is still known")
        }
        #expect(try await world.authorize.look(flow.handle, in: world.browser(flows: .random())) == .over)
        world.time.advance(by: PruneAccess.keeping)
        #expect(try await world.authorize.look(flow.handle, in: flow.browser) == .over)
    }

    @Test("two tabs finish their own requests; the second needs no password by then") func tabs() async throws {
        let world = try await AuthorizeWorld()
        let first = try await world.begun()
        let beginning = try await world.authorize.begin(world.parameters(["state": "t"]), in: first.browser)
        guard case .flow(let handle, let secret) = beginning else { throw Unexpected("no flow") }
        #expect(secret == first.browser.flows)
        let signedIn = try await world.signIn(first)
        let browser = world.browser(flows: secret, session: signedIn.session)
        guard case .answer(let answer) = try await world.authorize.look(handle, in: browser) else {
            throw Unexpected("the second tab is not answered")
        }
        #expect(answer.reply.state == "t")
        #expect(try await world.grant(.answer(answer)).user == 1)
    }

    @Test("what an operator changes meanwhile holds") func changed() async throws {
        let world = try await AuthorizeWorld()
        let flow = try await world.begun()
        let now = world.time.now
        _ = try await world.store.write { transaction in try transaction.disable(Sample.app, at: now) }
        await #expect(throws: AuthorizationRefusal.page(.client)) {
            try await world.authorize.look(flow.handle, in: flow.browser)
        }
    }

    @Test("a session of an account that may not be used is none", arguments: ["disabled", "reset", "deleted"])
    func unusable(_ what: String) async throws {
        let world = try await AuthorizeWorld()
        let session = try await world.session()
        let now = world.time.now
        try await world.store.write { transaction in
            switch what {
            case "disabled": _ = try transaction.disable(1, at: now)
            case "reset":
                _ = try transaction.resetPassword(of: 1, to: FakePasswordHasher.phc("x"), mustChange: true, at: now)
            default: _ = try transaction.deleteUser(1)
            }
        }
        #expect(error(try await world.answerAtOnce(["prompt": "none"], session: session)) == .loginRequired)
    }
}
