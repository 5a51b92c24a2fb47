import AuthCore
import AuthTestSupport
import Testing

@Suite("A flow ends once") struct AuthorizeOnceTests {
    private func asked(
        _ world: AuthorizeWorld
    ) async throws -> (handle: BrowserSecret, browser: Browser, asked: String) {
        let flow = try await world.begun()
        let signedIn = try await world.signIn(flow)
        guard case .consent(_, username: "alice", let asked) = signedIn.state else {
            throw Unexpected("nobody is asked: \(signedIn.state)")
        }
        return (flow.handle, world.browser(flows: flow.browser.flows, session: signedIn.session), asked)
    }

    @Test("50 that agree at once get one code, and one grant is given") func parallel() async throws {
        let world = try await AuthorizeWorld(consent: .explicit)
        let asked = try await asked(world)
        let states = try await withThrowingTaskGroup(of: FlowState.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await world.authorize.decide(
                        asked.handle, allows: true, asked: asked.asked, in: asked.browser)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(states.count == 50 && states.allSatisfy { $0 == states[0] })
        #expect(world.count(.authorize) == 1)
        #expect(try await world.grant(states[0]).user == 1)
    }

    @Test(
        "50 that sign in at once get one code and one session, and cost one hash",
        arguments: [ConsentPolicy.implicit, .explicit])
    func parallelSignIn(_ consent: ConsentPolicy) async throws {
        let world = try await AuthorizeWorld(consent: consent)
        let flow = try await world.begun()
        let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
            for _ in 0..<50 { group.addTask { try await answer(world, flow) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 50 && answers.allSatisfy { $0.state == answers[0].state })
        #expect(answers.count { $0.isFirst } == 1)
        #expect(Set(answers.map(\.session.text)).count == 1)
        #expect(world.hasher.calls == .init(verifications: 1))
        #expect(try await world.sessions(of: 1).count == 1)
        #expect(world.count(.signIn) == 1 && world.count(.authorize) == (consent == .implicit ? 1 : 0))
    }

    private struct Answer {
        let state: FlowState
        let session: BrowserSecret
        let isFirst: Bool
    }

    private func answer(
        _ world: AuthorizeWorld, _ flow: (handle: BrowserSecret, browser: Browser),
        password: String = "password of alice"
    ) async throws -> Answer {
        let outcome = try await world.authorize.signIn(
            flow.handle, username: "alice", password: Secret(password), in: flow.browser)
        switch outcome {
        case .signedIn(let state, let session): return Answer(state: state, session: session, isFirst: true)
        case .again(let state, let session): return Answer(state: state, session: session, isFirst: false)
        case .refused, .state: throw Unexpected("\(outcome)")
        }
    }

    @Test("a form with another password is no repetition: it is checked, or gets no session") func otherPassword()
        async throws
    {
        let world = try await AuthorizeWorld(consent: .explicit)
        let flow = try await world.begun()
        let first = try await answer(world, flow)
        #expect(try await answer(world, flow).session == first.session)
        let calls = world.hasher.calls.verifications
        await #expect(throws: Unexpected.self) { try await answer(world, flow, password: "guess") }
        #expect(world.hasher.calls.verifications == calls + 1)
        // Another check: another session's secret, and the one before is none.
        let second = try await answer(world, flow)
        #expect(second.isFirst && second.session != first.session)
        let browser = world.browser(flows: flow.browser.flows, session: second.session)
        guard case .consent(_, _, let asked) = try await world.authorize.look(flow.handle, in: browser) else {
            throw Unexpected("nobody is asked")
        }
        _ = try await world.authorize.decide(flow.handle, allows: true, asked: asked, in: browser)
        await #expect(throws: Unexpected.self) { try await answer(world, flow, password: "guess") }
        #expect(try await answer(world, flow).session == second.session)
    }

    @Test("a check that never ends shuts nobody out for longer than it may last") func crashed() async throws {
        let world = try await AuthorizeWorld()
        let flow = try await world.begun()
        let (browser, now) = (try #require(flow.browser.flows), world.time.now)
        let isClaimed = try await world.store.write { transaction in
            try transaction.claimFlow(
                flow.handle.hash, browser: browser.hash, nonce: RandomBytes.make(FlowClaim.nonceLength), at: now,
                until: now + .seconds(10))
        }
        #expect(isClaimed)
        async let waiting = answer(world, flow)
        for _ in 0..<100 { await Task.yield() }
        #expect(world.hasher.calls == .init())
        world.time.advance(by: .seconds(10))
        #expect(try await waiting.isFirst)
    }

    @Test("the same again for a minute, without looking at the password; then it is over") func repeated() async throws
    {
        let world = try await AuthorizeWorld()
        let flow = try await world.begun()
        let first = try await world.signIn(flow).state
        let calls = world.hasher.calls
        for seconds in [30, 30] {
            world.time.advance(by: .seconds(seconds))
            let outcome = try await world.authorize.signIn(
                flow.handle, username: "alice", password: Secret(""), in: flow.browser)
            guard case .state(let state) = outcome else { throw Unexpected("\(outcome)") }
            #expect(state == first)
            #expect(try await world.authorize.look(flow.handle, in: flow.browser) == first)
        }
        #expect(world.hasher.calls == calls)
        world.time.advance(by: .milliseconds(1))
        guard case .used(let view) = try await world.authorize.look(flow.handle, in: flow.browser) else {
            throw Unexpected("it is not over")
        }
        #expect(view.client.text == "App")
    }

    @Test("who said no did so for good", arguments: [true, false])
    func denied(_ isSignedIn: Bool) async throws {
        let world = try await AuthorizeWorld(consent: .explicit)
        let flow = isSignedIn ? nil : try await world.begun()
        let asked = try await asked(world)
        let (handle, browser) = (flow?.handle ?? asked.handle, flow?.browser ?? asked.browser)
        for allows in [false, true, false] {
            let state = try await world.authorize.decide(handle, allows: allows, asked: asked.asked, in: browser)
            #expect(error(state) == .accessDenied)
        }
        #expect(world.count(.authorize, .failure) == 1 && world.count(.authorize) == 0)
    }

    @Test("yes holds for the session in which it was asked") func otherSession() async throws {
        let world = try await AuthorizeWorld(consent: .explicit)
        let asked = try await asked(world)
        let bob = try await world.session(of: "bob")
        let browser = world.browser(flows: asked.browser.flows, session: bob)
        let state = try await world.authorize.decide(
            asked.handle, allows: true, asked: asked.asked, in: browser)
        guard case .consent(_, username: "bob", let question) = state else {
            throw Unexpected("bob is not asked: \(state)")
        }
        let agreed = try await world.authorize.decide(asked.handle, allows: true, asked: question, in: browser)
        #expect(try await world.grant(agreed).user == 2)
    }

    @Test("prompt=consent asks, whatever was registered; prompt=none cannot") func consent() async throws {
        let world = try await AuthorizeWorld()
        let session = try await world.session()
        let flow = try await world.begun(["prompt": "consent"], session: session)
        guard case .consent = try await world.authorize.look(flow.handle, in: flow.browser) else {
            throw Unexpected("nobody is asked")
        }
        let explicit = try await AuthorizeWorld(consent: .explicit)
        let other = try await explicit.session()
        #expect(error(try await explicit.answerAtOnce(["prompt": "none"], session: other)) == .consentRequired)
    }
}
