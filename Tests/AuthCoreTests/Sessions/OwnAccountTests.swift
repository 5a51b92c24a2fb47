import AuthCore
import AuthTestSupport
import Testing

@Suite("The own account") struct OwnAccountTests {
    private let world: AuthorizeWorld
    private let account: OwnAccount

    init() async throws {
        world = try await AuthorizeWorld()
        account = OwnAccount(store: world.store, time: world.time)
    }

    @Test("shows who is signed in where, who has what, and what happened, of this user alone") func view() async throws
    {
        let (alice, bob) = (try await world.session(), try await world.session(of: "bob"))
        #expect(try await world.answerAtOnce(session: bob) != nil)
        let view = try #require(try await account.look(in: world.browser(session: alice)))
        #expect(view.account.username == "alice" && view.sessions == [view.current])
        #expect(view.applications.map(\.id) == [Sample.app] && view.applications.map(\.name?.text) == ["App"])
        #expect(view.applications.first?.access.scopes == [.openID, .email])
        #expect(view.applications.first?.since == world.time.now)
        #expect(view.events.map(\.action) == ["authorize", "sign_in"] && view.events.allSatisfy { $0.userID == 1 })
        #expect(view.clientNames["app"]?.text == "App")
        for secret in [nil, BrowserSecret.random()] {
            #expect(try await account.look(in: world.browser(session: secret)) == nil)
        }
    }

    @Test("to look is to use the session") func use() async throws {
        let browser = world.browser(session: try await world.session())
        for _ in 0..<3 {
            world.time.advance(by: .seconds(11 * 3_600))
            #expect(try await account.look(in: browser) != nil)
        }
    }

    @Test("is nothing to a session of an account that may not be used") func disabled() async throws {
        let browser = world.browser(session: try await world.session())
        let now = world.time.now
        _ = try await world.store.write { transaction in try transaction.disable(1, at: now) }
        #expect(try await account.look(in: browser) == nil)
        #expect(try await account.username(in: browser) == nil)
        #expect(try await account.signOutEverywhere(in: browser) == .signIn(.look))
        #expect(try await world.sessions(of: 1).count == 1)
    }

    @Test(
        "changes want a password that was checked within the last 15 minutes",
        arguments: [
            (900, true), (901, false),
        ])
    func fresh(_ seconds: Int, _ isEnough: Bool) async throws {
        let browser = world.browser(session: try await world.session())
        world.time.advance(by: .seconds(seconds))
        for change in [
            try await account.endSession("x", in: browser), try await account.withdraw("x", in: browser),
        ] {
            #expect(change == (isEnough ? .nothing : .signIn(.change)))
        }
        let everywhere = try await account.signOutEverywhere(in: browser)
        #expect(everywhere == (isEnough ? .done(signsOut: true) : .signIn(.change)))
        #expect(try await world.sessions(of: 1).isEmpty == isEnough)
        #expect(world.count(.userSignOutEverywhere) == (isEnough ? 1 : 0))
    }

    @Test("of many browsers the newest are read, and this one; all are counted") func manyBrowsers() async throws {
        let mine = try await world.session()
        for _ in 0..<12 {
            world.time.advance(by: .seconds(1))
            _ = try await world.session()
        }
        let view = try #require(try await account.look(in: world.browser(session: mine)))
        #expect(view.sessions.count == 10 && view.sessions.first == view.current && view.sessionCount == 13)
        #expect(view.sessions.dropFirst().allSatisfy { $0.createdAt > view.current.createdAt + .seconds(3) })
    }

    @Test("its sign-in is a flow without a client, of this browser, which leads back") func visit() async throws {
        let session = try await world.session()
        for visit in [AccountVisit.look, .change] {
            world.time.advance(by: .seconds(901))
            let before = world.browser(session: visit == .look ? nil : session)
            let flow = try await world.authorize.begin(visit, in: before)
            let browser = world.browser(flows: flow.browser, session: before.session)
            guard case .signIn(let view) = try await world.authorize.look(flow.handle, in: browser) else {
                throw Unexpected("there is no sign-in page")
            }
            #expect(view.client == nil && view.username == (visit == .look ? nil : "alice"))
            #expect(try await world.authorize.look(flow.handle, in: world.browser()) == .over)
            // There is nobody to be refused anything.
            let no = try await world.authorize.decide(flow.handle, allows: false, asked: nil, in: browser)
            #expect(no == .signIn(view))
            let wrong = try await world.authorize.signIn(
                flow.handle, username: "alice", password: Secret("guess"), in: browser)
            guard case .refused(_, .invalidCredentials) = wrong else { throw Unexpected("\(wrong)") }
            let done = try await world.signIn((flow.handle, browser))
            #expect(done.state == .account(visit) && done.session != session)
            let after = world.browser(flows: flow.browser, session: done.session)
            #expect(try await world.authorize.look(flow.handle, in: after) == .account(visit))
            #expect(try await account.endSession("x", in: after) == .nothing)
        }
    }

    @Test("a change of the password on its page signs this browser in anew, and no other") func password() async throws
    {
        let (mine, other) = (try await world.session(), try await world.session())
        let change = ChangePassword(
            store: world.store, hasher: world.hasher, log: LoginLog(logger: LogRecorder().logger),
            delays: Sample.delays(time: world.time),
            time: world.time)
        func attempt(_ password: String) async throws -> BrowserSecret {
            try await change(
                username: "alice", password: Secret(password), newPassword: Secret("another password"),
                in: world.browser(session: mine))
        }
        await #expect(throws: AuthError.invalidCredentials) { _ = try await attempt("guess") }
        #expect(try await world.sessions(of: 1).count == 2)
        world.time.advance(by: .seconds(901))
        let new = try await attempt("password of alice")
        #expect(try await world.sessions(of: 1).count == 1)
        for old in [mine, other] { #expect(try await account.look(in: world.browser(session: old)) == nil) }
        // The password was just checked.
        #expect(try await account.endSession("x", in: world.browser(session: new)) == .nothing)
        #expect(try await account.look(in: world.browser(session: new))?.applications.isEmpty == true)
    }
}
