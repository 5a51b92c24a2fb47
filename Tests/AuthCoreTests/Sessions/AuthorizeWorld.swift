import AuthCore
import AuthTestSupport
import Logging
import Testing

/// A client, the users alice and bob, and a clock.
struct AuthorizeWorld: Sendable {
    static let callback = "https://app.example/callback"
    static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    let store = TestStore()
    let time = ManualTimeSource()
    let hasher = FakePasswordHasher()
    let authorize: Authorize

    let redirectURI: String

    init(
        consent: ConsentPolicy = .implicit, grants: [GrantType] = [.authorizationCode],
        kind: ClientKind = .confidential,
        redirectURI: String = callback
    ) async throws {
        self.redirectURI = redirectURI
        let log = LoginLog(logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        authorize = Authorize(
            store: store, hasher: hasher, log: log, delays: Sample.delays(time: time), time: time
        ) { hint, client in
            hint == "of bob" && client == Sample.app ? 2 : nil
        }
        let client = Client(
            id: Sample.app, name: try ClientName("App"), kind: kind,
            redirectURIs: [RedirectURI(stored: redirectURI)], grants: grants,
            scopes: [.openID, .email, .offlineAccess, Scope(stored: "read")],
            resources: ["urn:a", "urn:b"].map(ResourceURI.init(stored:)), consent: consent, createdAt: time.now)
        try await store.write { transaction in
            try transaction.insert(Sample.user("alice"))
            try transaction.insert(Sample.user("bob"))
            for uri in ["urn:a", "urn:b"] { _ = try transaction.insert(Sample.resource(uri, scopes: ["read"])) }
            _ = try transaction.insert(client, secret: nil)
        }
    }

    func parameters(_ changes: [String: String] = [:]) -> RequestParameters {
        let usual = [
            "response_type": "code", "client_id": "app", "redirect_uri": redirectURI, "scope": "openid email",
            "state": "s", "nonce": "n", "code_challenge": Self.challenge, "code_challenge_method": "S256",
        ]
        return RequestParameters(usual.merging(changes) { $1 }.map { (name: $0.key, value: $0.value) })
    }

    func browser(flows: BrowserSecret? = nil, session: BrowserSecret? = nil) -> Browser {
        Browser(flows: flows, session: session, address: IPAddress(ipv4: 0xC000_0201), userAgent: "browser")
    }

    /// A flow that needs a page, and the browser that began it.
    func begun(
        _ changes: [String: String] = [:], session: BrowserSecret? = nil
    ) async throws -> (handle: BrowserSecret, browser: Browser) {
        let beginning = try await authorize.begin(parameters(changes), in: browser(session: session))
        guard case .flow(let handle, let secret) = beginning else {
            throw Unexpected("no page was needed: \(beginning)")
        }
        return (handle, browser(flows: secret, session: session))
    }

    func signIn(
        _ flow: (handle: BrowserSecret, browser: Browser), _ name: String = "alice"
    ) async throws -> (state: FlowState, session: BrowserSecret) {
        let outcome = try await authorize.signIn(
            flow.handle, username: name, password: Secret("password of \(name)"), in: flow.browser)
        guard case .signedIn(let state, let session) = outcome else {
            throw Unexpected("nobody was signed in: \(outcome)")
        }
        return (state, session)
    }

    /// Somebody's session, from a flow of its own.
    func session(of name: String = "alice") async throws -> BrowserSecret {
        try await signIn(try await begun(["prompt": "login"]), name).session
    }

    func answerAtOnce(
        _ changes: [String: String] = [:], session: BrowserSecret? = nil
    ) async throws -> AuthorizationAnswer.Content? {
        guard
            case .answer(let answer) = try await authorize.begin(parameters(changes), in: browser(session: session))
        else { return nil }
        #expect(answer.reply == AuthorizationReply(redirectURI: redirectURI, state: "s", mode: .query))
        return answer.content
    }

    /// What a code fetches.
    func grant(_ state: FlowState) async throws -> Grant {
        guard case .answer(let answer) = state, case .code(let code) = answer.content else {
            throw Unexpected("there is no code: \(state)")
        }
        return try await grant(code)
    }

    func grant(_ code: BrowserSecret) async throws -> Grant {
        let now = time.now
        return try await store.write { transaction in
            let outcome = try transaction.redeem(
                CodeRedemption(
                    hash: code.hash, client: Sample.app, redirectURI: redirectURI, challenge: Self.challenge),
                at: now)
            guard case .redeemed(let id, nonce: "n") = outcome, let grant = try transaction.grant(id, at: now) else {
                throw Unexpected("the code fetches nothing: \(outcome)")
            }
            return grant
        }
    }

    func sessions(of user: UserID) async throws -> [Session] {
        let now = time.now
        return try await store.read { transaction in try transaction.sessions(of: user, at: now) }
    }

    /// How often something was written down.
    func count(_ action: AuditAction, _ outcome: AuditOutcome = .success) -> Int {
        store.auditLog.count { $0.action == action.rawValue && $0.outcome == outcome.rawValue }
    }
}

func error(_ state: FlowState) -> AuthorizationError.Code? {
    guard case .answer(let answer) = state else { return nil }
    return error(answer.content)
}

func error(_ content: AuthorizationAnswer.Content?) -> AuthorizationError.Code? {
    guard case .error(let error) = content else { return nil }
    return error.code
}

/// Something else came than what the test goes on with.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
