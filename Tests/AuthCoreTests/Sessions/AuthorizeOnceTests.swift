import AuthCore
import AuthTestSupport
import Testing

@Suite("A flow ends once") struct AuthorizeOnceTests {
    private func asked(
        _ world: AuthorizeWorld
    ) async throws -> (handle: BrowserSecret, browser: Browser, session: String) {
        let flow = try await world.begun()
        let signedIn = try await world.signIn(flow)
        guard case .consent(_, username: "alice", let session) = signedIn.state else {
            throw Unexpected("nobody is asked: \(signedIn.state)")
        }
        return (flow.handle, world.browser(flows: flow.browser.flows, session: signedIn.session), session)
    }

    @Test("50 that agree at once get one code, and one grant is given") func parallel() async throws {
        let world = try await AuthorizeWorld(consent: .explicit)
        let asked = try await asked(world)
        let states = try await withThrowingTaskGroup(of: FlowState.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await world.authorize.decide(
                        asked.handle, allows: true, session: asked.session, in: asked.browser)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(states.count == 50 && states.allSatisfy { $0 == states[0] })
        #expect(world.count(.authorize) == 1)
        #expect(try await world.grant(states[0]).user == 1)
    }

    @Test("50 that sign in at once get one code, and one grant is given") func parallelSignIn() async throws {
        let world = try await AuthorizeWorld()
        let flow = try await world.begun()
        let codes = try await withThrowingTaskGroup(of: FlowState.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let outcome = try await world.authorize.signIn(
                        flow.handle, username: "alice", password: Secret("password of alice"), in: flow.browser)
                    switch outcome {
                    case .signedIn(let state, _), .state(let state): return state
                    case .refused(_, let error): throw error
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(codes.count == 50 && codes.allSatisfy { $0 == codes[0] })
        #expect(world.count(.authorize) == 1)
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
            let state = try await world.authorize.decide(handle, allows: allows, session: asked.session, in: browser)
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
            asked.handle, allows: true, session: asked.session, in: browser)
        guard case .consent(_, username: "bob", let session) = state else {
            throw Unexpected("bob is not asked: \(state)")
        }
        let agreed = try await world.authorize.decide(asked.handle, allows: true, session: session, in: browser)
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
