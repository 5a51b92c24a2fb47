import AuthCore
import AuthTestSupport
import Testing

@Suite("Consent that remembers") struct ConsentMemoryTests {
    /// Says yes where somebody is asked.
    /// - Returns: what the page asked, and whether it said that the rest was agreed to before; nil where there was none.
    private func asked(
        _ world: AuthorizeWorld, _ changes: [String: String], _ session: BrowserSecret
    ) async throws -> (access: GrantedAccess, isMore: Bool)? {
        switch try await world.authorize.begin(world.parameters(changes), in: world.browser(session: session)) {
        case .answer(let answer):
            #expect(error(answer.content) == nil)
            return nil
        case .flow(let handle, let secret):
            let browser = world.browser(flows: secret, session: session)
            guard case .consent(let view, _, let asked) = try await world.authorize.look(handle, in: browser) else {
                throw Unexpected("nobody is asked")
            }
            let state = try await world.authorize.decide(handle, allows: true, asked: asked, in: browser)
            let grant = try await world.grant(state)
            #expect(grant.scopes == view.access.scopes && grant.resources == view.access.resources)
            return (view.more ?? view.access, view.more != nil)
        }
    }

    @Test("row 134: once for a user, client, scopes and resource; for more, the difference alone") func once()
        async throws
    {
        let world = try await AuthorizeWorld(consent: .explicit)
        let (alice, bob) = (try await world.session(), try await world.session(of: "bob"))
        let steps: [(changes: [String: String], scopes: [String]?, resources: [String], isMore: Bool)] = [
            (["scope": "openid"], ["openid"], [], false), (["scope": "openid"], nil, [], false),
            (["scope": "openid email"], ["email"], [], true), (["scope": "email"], nil, [], false),
            (["scope": "openid read", "resource": "urn:a"], ["read"], ["urn:a"], true),
            (["scope": "openid read", "resource": "urn:a"], nil, [], false),
            // The same word at another resource is another thing.
            (["scope": "openid read", "resource": "urn:b"], ["read"], ["urn:b"], true),
            (["scope": "openid email read"], nil, [], false),
            (["scope": "openid", "prompt": "consent"], ["openid"], [], false),
        ]
        for step in steps {
            let found = try await asked(world, step.changes, alice)
            #expect(found?.access.scopes.map(\.name) == step.scopes, "\(step.changes)")
            #expect(found?.access.resources.map(\.text) ?? [] == step.resources, "\(step.changes)")
            #expect(found?.isMore ?? false == step.isMore, "\(step.changes)")
        }
        #expect(try await asked(world, ["scope": "openid"], bob)?.isMore == false, "bob was not asked yet")
        // Row 132: what is remembered is enough without a page, what is new is not.
        for (scope, expected) in [("openid email", nil), ("openid offline_access", .consentRequired)]
            as [(String, AuthorizationError.Code?)]
        {
            let answer = try await world.answerAtOnce(["prompt": "none", "scope": scope], session: alice)
            #expect(answer != nil && error(answer) == expected)
        }
    }

    @Test(
        "row 135: who cannot prove who it is is asked about each time, but at an address of its own",
        arguments: [
            ("http://127.0.0.1/cb", true), ("com.example.app:/cb", true), ("https://app.example/cb", false),
        ])
    func unproven(_ uri: String, _ isAskedAgain: Bool) async throws {
        let world = try await AuthorizeWorld(consent: .explicit, kind: .public, redirectURI: uri)
        let session = try await world.session()
        let first = try await asked(world, ["redirect_uri": uri], session)
        #expect(first?.isMore == false)
        let second = try await asked(world, ["redirect_uri": uri], session)
        #expect((second != nil) == isAskedAgain && second?.isMore != true)
        #expect(world.store.count("consents") == (isAskedAgain ? 0 : 1))
    }

    @Test("no is not remembered, nor what nobody was asked") func nothing() async throws {
        let world = try await AuthorizeWorld(consent: .explicit)
        let session = try await world.session()
        let flow = try await world.begun(session: session)
        _ = try await world.authorize.decide(flow.handle, allows: false, asked: nil, in: flow.browser)
        #expect(world.store.count("consents") == 0)
        let implicit = try await AuthorizeWorld()
        #expect(try await implicit.answerAtOnce(session: try await implicit.session()) != nil)
        #expect(implicit.store.count("consents") == 0)
    }

    @Test("a page that asked less agrees to nothing more: withdrawn meanwhile, all is asked") func withdrawn()
        async throws
    {
        let world = try await AuthorizeWorld(consent: .explicit)
        let session = try await world.session()
        _ = try await asked(world, ["scope": "openid"], session)
        let flow = try await world.begun(["scope": "openid email"], session: session)
        guard case .consent(let view, _, let question) = try await world.authorize.look(flow.handle, in: flow.browser)
        else { throw Unexpected("nobody is asked") }
        #expect(view.more?.scopes == [.email])
        _ = try await world.store.write { transaction in try transaction.forgetConsents(of: 1, to: Sample.app) }
        let state = try await world.authorize.decide(flow.handle, allows: true, asked: question, in: flow.browser)
        guard case .consent(let again, _, let all) = state else { throw Unexpected("\(state)") }
        #expect(again.more == nil && all != question)
        let agreed = try await world.authorize.decide(flow.handle, allows: true, asked: all, in: flow.browser)
        #expect(try await world.grant(agreed).scopes == [.openID, .email])
    }
}
