import AuthCore
import AuthTestSupport
import Testing

@Suite("AuthorizationRequest") struct AuthorizationRequestTests {
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    private static let callback = "https://app.example/cb?tenant=a"
    private static let usual: [(name: String, value: String)] = [
        ("response_type", "code"), ("client_id", "app"), ("redirect_uri", callback), ("scope", "openid email"),
        ("state", "s"), ("code_challenge", challenge), ("code_challenge_method", "S256"),
    ]

    private func client(
        _ kind: ClientKind = .public, grants: [GrantType] = [.authorizationCode], disabledAt: Timestamp? = nil
    ) throws -> Client {
        Client(
            id: try Sample.clientID("app"), name: try ClientName("App"), kind: kind,
            redirectURIs: [Self.callback, "http://127.0.0.1/cb"].map(RedirectURI.init(stored:)), grants: grants,
            scopes: [.openID, .email, Scope(stored: "read")], resources: [ResourceURI(stored: "https://api.example")],
            createdAt: Sample.now, disabledAt: disabledAt)
    }

    private func request(
        _ pairs: [(name: String, value: String)], of client: Client?
    ) throws -> AuthorizationRequest {
        try AuthorizationRequest(
            RequestParameters(pairs), of: client, knowing: [Sample.resource("https://api.example", scopes: ["read"])])
    }

    /// The usual request with other values, or without one (nil).
    private func changed(_ changes: [(String, String?)]) -> [(name: String, value: String)] {
        let names = changes.map(\.0)
        return Self.usual.filter { !names.contains($0.name) }
            + changes.compactMap { name, value in value.map { (name: name, value: $0) } }
    }

    @Test("has everything, byte for byte") func everything() throws {
        let pairs =
            changed([
                ("state", "a+b&c=d%20 \u{E9}" + String(repeating: "x", count: 500)), ("nonce", "n \u{E9}"),
                ("max_age", "0"),
                ("prompt", "login consent"), ("login_hint", "alice"), ("id_token_hint", "a.b.c"), ("display", "popup"),
                ("ui_locales", "de en"), ("acr_values", "1"), ("claims", "{}"), ("unknown", "x"),
                ("scope", "openid read x"),
                ("response_mode", "form_post"),
            ]) + [("resource", "https://api.example/"), ("resource", "https://api.example"), ("unknown", "y")]
        #expect(try AuthorizationRequest.clientID(RequestParameters(pairs)).text == "app")
        let request = try request(pairs, of: try client())
        let reply = AuthorizationReply(
            redirectURI: Self.callback, state: "a+b&c=d%20 \u{E9}" + String(repeating: "x", count: 500), mode: .formPost
        )
        #expect(request.reply == reply && request.client.text == "app")
        #expect(request.access.scopes.map(\.name) == ["openid", "read"])
        #expect(request.access.resources.map(\.text) == ["https://api.example"])
        #expect(request.challenge?.text == Self.challenge && request.nonce == "n \u{E9}")
        #expect(request.maxAge == .zero && request.prompts == [.login, .consent])
        #expect(request.loginHint == "alice" && request.idTokenHint == "a.b.c")
    }

    @Test("needs little, and what is empty is not there") func least() throws {
        let pairs = changed([("state", ""), ("nonce", ""), ("prompt", ""), ("max_age", ""), ("response_mode", "query")])
        let request = try request(pairs + [("state", ""), ("nonce", "")], of: try client())
        #expect(request.reply == AuthorizationReply(redirectURI: Self.callback, state: nil, mode: .query))
        #expect(request.nonce == nil && request.prompts.isEmpty && request.maxAge == nil)
        #expect(request.access == GrantedAccess(scopes: [.openID, .email], resources: []))
        let confidential = changed([("code_challenge", nil), ("code_challenge_method", nil)])
        #expect(try self.request(confidential, of: try client(.confidential)).challenge == nil)
        let loopback = try self.request(changed([("redirect_uri", "http://127.0.0.1:5000/cb")]), of: try client())
        #expect(loopback.reply.redirectURI == "http://127.0.0.1:5000/cb")
    }

    /// Changes, additions, and what the person is shown.
    static let toAPage: [([(String, String?)], [(name: String, value: String)], AuthorizationPageError)] = [
        ([("redirect_uri", nil)], [], .noRedirectURI), ([("redirect_uri", "")], [], .noRedirectURI),
        ([], [("redirect_uri", callback)], .noRedirectURI),
        ([("redirect_uri", "https://evil.example/cb")], [], .redirectURI(registered: registered)),
        ([("redirect_uri", "https://app.example/cb")], [], .redirectURI(registered: registered)),
        ([("redirect_uri", callback + "&x=1")], [], .redirectURI(registered: registered)),
        ([("redirect_uri", callback + "#x")], [], .redirectURI(registered: registered)),
        // Whatever else is wrong: nothing may be sent there.
        (
            [("redirect_uri", "https://evil.example"), ("response_type", "token"), ("scope", nil)], [],
            .redirectURI(registered: registered)
        ),
    ]
    private static let registered = [callback, "http://127.0.0.1/cb"].map(RedirectURI.init(stored:))

    @Test(
        "without a redirect URI of the client nobody is redirected",
        arguments: AuthorizationRequestTests.toAPage.indices)
    func pages(_ index: Int) throws {
        let (changes, additions, error) = Self.toAPage[index]
        let client = try client()
        #expect(throws: AuthorizationRefusal.page(error)) { try request(changed(changes) + additions, of: client) }
    }

    @Test("of nobody, of a client that is disabled, or of two is for a page") func clients() throws {
        #expect(throws: AuthorizationRefusal.page(.client)) { try request(Self.usual, of: nil) }
        let disabled = try client(disabledAt: Sample.now)
        #expect(throws: AuthorizationRefusal.page(.client)) { try request(Self.usual, of: disabled) }
        for pairs in [
            changed([("client_id", nil)]), changed([("client_id", "")]), changed([("client_id", "a b")]),
            Self.usual + [("client_id", "app")],
        ] {
            #expect(throws: AuthorizationRefusal.page(.client)) {
                try AuthorizationRequest.clientID(RequestParameters(pairs))
            }
        }
    }

    /// Changes, additions, and what the client is told.
    static let toTheClient: [([(String, String?)], [(name: String, value: String)], AuthorizationError.Code)] = [
        ([("response_type", nil)], [], .invalidRequest), ([("response_type", "token")], [], .unsupportedResponseType),
        ([("response_type", "id_token")], [], .unsupportedResponseType),
        ([("response_type", "code id_token")], [], .unsupportedResponseType),
        ([("response_type", "CODE")], [], .unsupportedResponseType), ([], [("response_type", "code")], .invalidRequest),
        ([("response_mode", "fragment")], [], .invalidRequest),
        ([("response_mode", "web_message")], [], .invalidRequest),
        ([], [("response_mode", "query"), ("response_mode", "query")], .invalidRequest),
        ([("request", "a.b.c")], [], .requestNotSupported),
        ([("request_uri", "https://app.example/r")], [], .requestURINotSupported),
        ([("registration", "{}")], [], .registrationNotSupported),
        ([("code_challenge", nil), ("code_challenge_method", nil)], [], .invalidRequest),
        ([("code_challenge", nil)], [], .invalidRequest), ([("code_challenge_method", nil)], [], .invalidRequest),
        ([("code_challenge_method", "plain")], [], .invalidRequest),
        ([("code_challenge_method", "s256")], [], .invalidRequest),
        ([("code_challenge", "short")], [], .invalidRequest),
        ([("code_challenge", challenge + "=")], [], .invalidRequest),
        ([], [("code_challenge", challenge)], .invalidRequest), ([("scope", "profile")], [], .invalidScope),
        ([("scope", "a\"b")], [], .invalidScope), ([], [("scope", "email")], .invalidRequest),
        ([("resource", "https://other.example")], [], .invalidTarget), ([("resource", "api")], [], .invalidTarget),
        ([("prompt", "none login")], [], .invalidRequest), ([("prompt", "create")], [], .invalidRequest),
        ([], [("prompt", "login"), ("prompt", "consent")], .invalidRequest), ([("max_age", "-1")], [], .invalidRequest),
        ([("max_age", "1.5")], [], .invalidRequest), ([("max_age", "99999999999")], [], .invalidRequest),
        ([("max_age", "\u{661}")], [], .invalidRequest), ([], [("nonce", "a"), ("nonce", "b")], .invalidRequest),
        ([], [("state", "t")], .invalidRequest), ([], [("login_hint", "a"), ("login_hint", "a")], .invalidRequest),
        ([], [("id_token_hint", "a"), ("id_token_hint", "a")], .invalidRequest),
    ]

    @Test("the client is told what is wrong, with its state", arguments: AuthorizationRequestTests.toTheClient.indices)
    func redirects(_ index: Int) throws {
        let (changes, additions, code) = Self.toTheClient[index]
        let client = try client()
        let thrown = #expect(throws: AuthorizationRefusal.self) {
            try request(changed(changes) + additions, of: client)
        }
        guard case .redirect(let reply, let error) = thrown else {
            Issue.record("a page, not a redirect: \(String(describing: thrown))")
            return
        }
        #expect(error.code == code)
        // Two states are none: which of them would it be?
        let isRepeated = additions.contains { $0.name == "state" }
        #expect(reply == AuthorizationReply(redirectURI: Self.callback, state: isRepeated ? nil : "s", mode: .query))
        // RFC 6749 §4.1.2.1, and nothing of what was sent.
        #expect(error.reason.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        for (_, value) in changes { if let value, value.count > 9 { #expect(!error.reason.contains(value)) } }
    }

    @Test("a client that uses no codes is told so, in the way that it asked for") func unauthorized() throws {
        let job = try client(.confidential, grants: [.clientCredentials])
        let thrown = #expect(throws: AuthorizationRefusal.self) {
            try request(changed([("response_mode", "form_post")]), of: job)
        }
        guard case .redirect(let reply, let error) = thrown else { return #expect(Bool(false), "a redirect") }
        #expect(error.code == .unauthorizedClient && reply.mode == .formPost)
    }

    @Test("a confidential client that has used PKCE uses it for ever") func rememberedPKCE() throws {
        let plain = changed([("code_challenge", nil), ("code_challenge_method", nil)])
        let seen = Client(
            id: try Sample.clientID("app"), name: try ClientName("App"), kind: .confidential,
            redirectURIs: [RedirectURI(stored: Self.callback)], grants: [.authorizationCode],
            scopes: [.openID, .email], pkceSeenAt: Sample.now, createdAt: Sample.now)
        #expect(throws: AuthorizationRefusal.self) { try request(plain, of: seen) }
        #expect(try request(Self.usual, of: seen).challenge?.text == Self.challenge)
    }
}
