import AuthCore
import AuthTestSupport
import Testing

/// A request, the browser's session, and what follows.
@Suite("Where a request to sign out stands") struct LogoutStandingTests {
    struct Case: Sendable {
        var uri: String? = "https://app.example/out"
        var hasHint = true
        /// What the hint says; nil where it is none of ours.
        var hint: (user: String, session: String?)? = ("1", "sid")
        var clientID: String?
        var client: String? = "app"
        var session: String? = "sid"
        var confirmed: String?
        let step: LogoutStanding.Step
        let obstacle: LogoutObstacle?
    }

    static let cases: [Case] = [
        Case(step: .end, obstacle: nil),
        Case(uri: nil, step: .end, obstacle: nil),
        Case(clientID: "app", step: .end, obstacle: nil),
        // Of another user, another session, or none.
        Case(hint: ("2", "sid"), step: .ask, obstacle: nil),
        Case(hint: ("1", "other"), step: .ask, obstacle: nil),
        Case(hint: ("1", nil), step: .ask, obstacle: nil),
        // Not ours, or not who asks.
        Case(hint: nil, client: nil, step: .ask, obstacle: .hint),
        Case(hint: nil, clientID: "app", step: .ask, obstacle: .hint),
        Case(uri: nil, hint: nil, client: nil, step: .ask, obstacle: .hint),
        Case(clientID: "other", step: .ask, obstacle: .client),
        Case(uri: nil, clientID: "other", step: .ask, obstacle: .client),
        // No hint at all.
        Case(hasHint: false, hint: nil, client: nil, step: .ask, obstacle: .client),
        Case(hasHint: false, hint: nil, clientID: "app", step: .ask, obstacle: nil),
        Case(uri: nil, hasHint: false, hint: nil, client: nil, step: .ask, obstacle: nil),
        // Somewhere else.
        Case(uri: "https://app.example/out?x=1", step: .ask, obstacle: .redirectURI),
        Case(uri: "https://app.example/OUT", step: .ask, obstacle: .redirectURI),
        Case(uri: "https://app.example/cb", step: .ask, obstacle: .redirectURI),
        // The user said so: of this session.
        Case(hint: ("2", "sid"), confirmed: "sid", step: .end, obstacle: nil),
        Case(hint: nil, client: nil, confirmed: "sid", step: .end, obstacle: .hint),
        Case(hint: ("2", "sid"), confirmed: "other", step: .ask, obstacle: nil),
        Case(hint: ("2", "sid"), confirmed: "", step: .ask, obstacle: nil),
        // Nobody is signed in.
        Case(session: nil, step: .nothing, obstacle: nil),
        Case(hasHint: false, hint: nil, client: nil, session: nil, step: .nothing, obstacle: .client),
        Case(session: nil, confirmed: "sid", step: .nothing, obstacle: nil),
    ]

    @Test("follows from what is said, and by whom", arguments: LogoutStandingTests.cases.indices)
    func step(_ index: Int) throws {
        let asked = Self.cases[index]
        let parameters = RequestParameters(
            [
                ("id_token_hint", asked.hasHint ? "a hint" : ""), ("client_id", asked.clientID ?? ""),
                ("post_logout_redirect_uri", asked.uri ?? ""), ("state", "s"),
            ].map { (name: $0.0, value: $0.1) })
        let hint = try asked.hint.map { hint in
            try Self.token(subject: hint.user, session: hint.session)
        }
        let client = try asked.client.map { id in
            Client(
                id: Sample.known(id), name: try ClientName(id), kind: .confidential,
                redirectURIs: [RedirectURI(stored: "https://app.example/cb")],
                postLogoutRedirectURIs: [RedirectURI(stored: "https://app.example/out")],
                grants: [.authorizationCode], scopes: [.openID], createdAt: Sample.now)
        }
        let standing = LogoutStanding(
            try LogoutRequest(parameters), hint: hint, client: client,
            session: asked.session.map { Sample.session($0) },
            confirmed: asked.confirmed)
        #expect(standing.step == asked.step && standing.obstacle == asked.obstacle, "case \(index): \(standing)")
        #expect(standing.redirectURI == (asked.obstacle == nil ? asked.uri : nil))
    }

    /// What an ID token of ours for `app` says.
    private static func token(subject: String, session: String?) throws -> VerifiedToken {
        let key = try TestKey.signing(id: KeyID(1))
        let others: [(name: String, value: JSONValue)] = session.map { [("sid", .string($0))] } ?? []
        let text = try key.token(
            TokenClaims(
                type: .jwt, issuer: "https://issuer.example", audience: ["app"], subject: subject,
                issuedAt: Sample.now, expiresAt: Sample.now, tokenID: nil, others: others))
        return try #require(TokenVerifier([(KeyID(1), try TestKey.material().publicKey)])(text))
    }

    @Test("nothing may be said twice", arguments: ["id_token_hint", "client_id", "post_logout_redirect_uri", "state"])
    func twice(_ name: String) {
        #expect(throws: AuthError.invalidRequest("\(name) is given more than once")) {
            try LogoutRequest(RequestParameters([(name: name, value: "a"), (name: name, value: "a")]))
        }
    }
}
