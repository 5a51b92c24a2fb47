import AuthCore
import AuthHTTP
import AuthServer
import AuthTestSupport
import Testing

@Suite("Finding, of a client's login") struct ClientFindingTests {
    private static let web = ClientRegistration(name: "Web", id: "web", redirectURIs: ["https://a.example/cb"])
    private static let issuer = "https://id.example"
    private let store = TestStore(runsBodiesTwice: false)
    private let time = ManualTimeSource()

    private func create(_ registration: ClientRegistration = web) async throws {
        _ = try await CreateClient(store: store, time: time, by: .operatingSystem("ops"))(registration)
    }

    private func addUsers(_ emails: [String?]) async throws {
        try await store.write { transaction in
            for (number, email) in emails.enumerated() {
                try transaction.insert(try Sample.user("user\(number)", email: email))
            }
        }
    }

    /// All that is said of the client `web`, without what the network says.
    private func check(
        _ configuration: RehearseLogin.Configuration = .init(), like profile: ClientProfile? = nil,
        issuer: String = issuer
    ) async throws -> [Finding] {
        let tokens = try settings(["JWKS_ISSUER": issuer]).tokens
        let rehearse = RehearseLogin(
            store: store, time: time,
            issuing: IssueTokens.Configuration(issuer: tokens.issuer, audience: tokens.audience))
        let rehearsal = try await rehearse("web", configuration)
        let outgoing = OutgoingAddresses(allowing: AddressRanges("10.0.0.0/8") ?? .none)
        return [Finding.issuer(tokens, for: rehearsal.client)]
            + Finding.registration(rehearsal, issuer: tokens.issuer, outgoing: outgoing)
            + Finding.requests(rehearsal, configuration)
            + Finding.users(rehearsal, profile) + (profile.map { Finding.profile($0, rehearsal) } ?? [])
    }

    private static func fault(_ findings: [Finding]) -> String? {
        findings.first { $0.verdict == .wrong }.map { "\($0.subject): \($0.text)" }
    }

    @Test("of one that is well is a line for each step") func well() async throws {
        try await create()
        try await addUsers(["a@a.example"])
        let findings = try await check()
        #expect(
            findings.map(\.subject) == [
                "issuer", "client", "secret", "redirect URI", "PKCE", "consent", "request", "users", "e-mail",
            ])
        #expect(findings.allSatisfy { $0.verdict == .ok })
        #expect(
            findings[6].text
                == "openid profile email offline_access: an ID token (RS256, 1h), an access token (at+jwt for"
                + " https://id.example, 10m) and a refresh token, which stays the same")
        let report = ClientCheckReport(findings)
        #expect(!report.isWrong && report.lines.last == "a login would succeed")
        #expect(report.lines.first == "ok  issuer        https://id.example")
        #expect(report.text(asJSON: true).hasSuffix(#","fails_at":null}"# + "\n"))
    }

    @Test(
        "an issuer has to be one, and one that the program reaches",
        arguments: [
            ("https://id.example/", "OAuth is off, because it ends in a slash: set JWKS_ISSUER"),
            ("http://id.example", "OAuth is off, because it is http on a host that is not this machine"),
            ("http://localhost:8080", "is of this machine alone, and the program is at a.example: set JWKS_ISSUER"),
        ]) func issuer(_ issuer: String, _ text: String) async throws
    {
        try await create()
        try await addUsers(["a@a.example"])
        let fault = try #require(Self.fault(try await check(issuer: issuer)))
        #expect(fault.hasPrefix("issuer: \(issuer)") && fault.contains(text))
        #expect(ClientCheckReport(try await check(issuer: issuer)).lines.last == "a login fails at: issuer")
    }

    @Test("a secret has to be right, and is never told") func secret() async throws {
        try await create()
        try await addUsers(["a@a.example"])
        let findings = try await check(.init(secret: Secret("cs_wrong")))
        #expect(
            Self.fault(findings)
                == "secret: the one on standard input is not valid: clients rotate-secret web makes another")
        #expect(!findings.contains { $0.text.contains("cs_wrong") })
        _ = try await RotateClientSecret(store: store, time: time, by: .operatingSystem("ops"))(
            "web", overlap: .seconds(60))
        #expect(try await check().contains { $0.text.hasPrefix("two are valid, the older until 2027-01-15 08:01:00") })
    }

    @Test("what the program is configured with is compared with what is registered") func configured() async throws {
        try await create()
        try await addUsers(["a@a.example"])
        for (configuration, fault) in [
            (
                .init(redirectURI: "https://a.example/cb/"),
                "request: https://a.example/cb/ is none of the client's, which are compared byte by byte: configure the"
                    + " program with https://a.example/cb, or create the client again with this one"
            ),
            (
                .init(scope: "groups"),
                "request: the program is told invalid_scope, this client may have none of these scopes: it can have openid"
                    + " profile email offline_access"
            ),
            (
                .init(resources: ["https://b.example"]),
                "request: the program is told invalid_target, resource names none of this client's: it can have none"
            ),
        ] as [(RehearseLogin.Configuration, String)] {
            #expect(Self.fault(try await check(configuration)) == fault)
        }
        let partly = try await check(.init(scope: "openid groups"))
        #expect(Self.fault(partly) == nil)
        #expect(partly.contains { $0.verdict == .warning && $0.text.hasPrefix("groups is left out") })
        let nameless = try await check(.init(scope: "email"))
        #expect(
            nameless.contains { $0.verdict == .warning && $0.text.hasPrefix("without openid there is no ID token") })
    }

    @Test("a client that is disabled gets nothing") func disabled() async throws {
        try await create()
        _ = try await DisableClient(store: store, time: time, by: .operatingSystem("ops"))("web")
        let text = "client: Web is disabled since 2027-01-15 08:00:00 UTC: clients enable web lets it begin anew"
        #expect(Self.fault(try await check()) == text)
    }

    @Test("a redirect URI is one that browsers reach from elsewhere, on a host of its own") func hosts() async throws {
        try await create(
            ClientRegistration(
                name: "Web", id: "web", redirectURIs: ["http://127.0.0.1/cb", "https://id.example/cb"]))
        let findings = try await check().filter { $0.subject == "redirect URI" }
        #expect(findings.map(\.verdict) == [.warning, .warning])
        #expect(findings[0].text.contains("on whatever machine the browser runs on"))
        #expect(findings[1].text.contains("cookies know no ports"))
        // Where everything is on one machine it is tried out.
        let tried = try await check(issuer: "http://localhost:8080")
        #expect(tried.first { $0.text == "http://127.0.0.1/cb" }?.verdict == .ok)
    }

    @Test(
        "who hears of the end of sessions is the program itself, where the server may tell it",
        arguments: [
            ("https://a.example/out", .ok, ""), ("https://b.example/out", .warning, "is on another host"),
            ("http://localhost/out", .warning, "name 127.0.0.1 in JWKS_BACKCHANNEL_ALLOW_PRIVATE"),
            ("https://192.168.0.1/out", .warning, "name 192.168.0.1 in JWKS_BACKCHANNEL_ALLOW_PRIVATE"),
            ("https://10.0.0.1/out", .warning, "is on another host"),
        ] as [(String, Finding.Verdict, String)])
    func backchannel(_ uri: String, _ verdict: Finding.Verdict, _ text: String) async throws {
        try await create(
            ClientRegistration(
                name: "Web", id: "web", redirectURIs: ["https://a.example/cb"], backchannelLogoutURI: uri))
        let finding = try #require(try await check().first { $0.subject == "back channel" })
        #expect(finding.verdict == verdict && finding.text.hasPrefix(uri) && finding.text.contains(text))
    }

    @Test("PKCE is remembered, and consent is told") func rules() async throws {
        func text(_ subject: String) async throws -> String? {
            try await check().first { $0.subject == subject }?.text
        }
        try await create()
        #expect(try await text("PKCE") == "taken, and required once it was used")
        _ = try await store.write { transaction in
            try transaction.notePKCE(of: try Sample.clientID("web"), at: Sample.now)
        }
        #expect(
            try await text("PKCE")
                == "required since it was used, 2027-01-15 08:00:00 UTC: without it the program is refused")
        #expect(try await text("consent") == "users are not asked")
    }

    @Test("a public client has no secret, and is asked about") func publicClient() async throws {
        try await create(
            ClientRegistration(name: "App", id: "web", kind: .public, redirectURIs: ["com.example.app:/cb"]))
        try await addUsers(["a@a.example"])
        let findings = try await check()
        #expect(Self.fault(findings) == nil)
        #expect(findings.contains { $0.text.hasPrefix("users are asked") })
        #expect(findings.contains { $0.text.hasSuffix("and refresh tokens, another each time") })
        let fault = try #require(Self.fault(try await check(.init(secret: Secret("cs_x")))))
        #expect(fault.hasPrefix("secret: a public client has none"))
    }

    @Test(
        "who has no e-mail cannot use what demands one",
        arguments: [
            (
                ["a@a.example", nil], nil, .warning,
                "1 of 2 users have no e-mail: they cannot use a client that demands it"
            ),
            (["a@a.example", nil], .grafana, .warning, "1 of 2 users have no e-mail: Grafana turns them away"),
            ([nil], .oauth2Proxy, .wrong, "1 of 1 users have no e-mail: oauth2-proxy turns them away"),
            ([nil], .modAuthOpenIDC, .ok, "1 of 1 users have no e-mail, which it does without"),
            (["a@a.example"], .grafana, .ok, "every user has one"),
        ] as [([String?], ClientProfile?, Finding.Verdict, String)])
    func email(_ emails: [String?], _ profile: ClientProfile?, _ verdict: Finding.Verdict, _ text: String) async throws
    {
        try await create()
        try await addUsers(emails)
        let finding = try #require(try await check(like: profile).first { $0.subject == "e-mail" })
        #expect(finding.verdict == verdict && finding.text.hasPrefix(text))
    }

    @Test("where nobody can sign in a login fails") func nobody() async throws {
        try await create()
        #expect(Self.fault(try await check()) == "users: there are none: users create makes one")
        try await addUsers([nil])
        try await store.write { transaction in
            for account in try transaction.accounts(after: .min, limit: 9) {
                _ = try transaction.disable(account.id, at: Sample.now)
            }
        }
        #expect(
            Self.fault(try await check()) == "users: all 1 are disabled: users enable lets one sign in again")
    }

    @Test("each is well as it is registered by itself", arguments: ClientProfile.allCases)
    func likeness(_ profile: ClientProfile) async throws {
        let url = "https://a.example/mcp"
        let add = AddResource(store: store, time: time, by: .operatingSystem("ops"))
        _ = try await add(url, scopes: ["notes"], tokenType: .jwt, lifetime: nil)
        try await create(profile.registration(ClientRegistration(name: "App", id: "web"), at: url))
        try await addUsers(["a@a.example"])
        let findings = try await check(like: profile)
        #expect(findings.allSatisfy { $0.verdict == .ok }, "\(findings)")
        #expect(findings.last?.text == "registered as \(profile.title) needs it")
    }

    @Test(
        "what is registered otherwise is named",
        arguments: [
            (.grafana, .wrong, "Grafana has its users sent to …/login/generic_oauth"),
            (.mcp, .wrong, "an MCP client is public, and the client is not"),
            (.oauth2Proxy, .wrong, "oauth2-proxy asks for openid profile too"),
            (.modAuthOpenIDC, .warning, "mod_auth_openidc wants refresh_token too"),
            (.spring, .warning, "an API in Spring refuses tokens of the typ at+jwt, which https://api.example has"),
        ] as [(ClientProfile, Finding.Verdict, String)])
    func otherwise(_ profile: ClientProfile, _ verdict: Finding.Verdict, _ text: String) async throws {
        let add = AddResource(store: store, time: time, by: .operatingSystem("ops"))
        _ = try await add("https://api.example", scopes: ["read"], tokenType: .atJWT, lifetime: nil)
        try await create(
            ClientRegistration(
                name: "Web", id: "web", redirectURIs: ["https://a.example/cb"], grants: [.authorizationCode],
                scopes: ["email"], resources: ["https://api.example"]))
        let findings = try await check(like: profile).filter { $0.subject == "like" }
        #expect(findings.contains { $0.verdict == verdict && $0.text.hasPrefix(text) }, "\(findings)")
    }

    @Test("metadata are those of this issuer, whole") func metadata() throws {
        let addresses = IssuerAddresses(issuer: Self.issuer)
        let own = String(decoding: addresses.metadataBody, as: UTF8.self)
        func finding(_ body: String, status: Int = 200) -> Finding {
            Finding.metadata(
                .success(KeySetProbe.Answer(status: status, moment: nil, body: Array(body.utf8))), of: addresses)
        }
        #expect(finding(own).verdict == .ok)
        for (body, verdict, text) in [
            (own.replacing("\"https://id.example\"", with: "\"https://id.example/\""), .wrong, "names the issuer"),
            (
                own.replacing("https://id.example/token", with: "https://b.example/token"), .wrong,
                "another token_endpoint"
            ),
            (own.replacing("\"S256\"", with: "\"plain\""), .warning, "another code_challenge_methods_supported"),
            ("<html>", .wrong, "is no JSON object"), ("[]", .wrong, "is no JSON object"), ("{}", .wrong, "nobody"),
        ] as [(String, Finding.Verdict, String)] {
            #expect(finding(body).verdict == verdict && finding(body).text.contains(text), "\(finding(body).text)")
        }
        for (status, text) in [
            (404, "does not pass this path on"), (302, "follow no redirect"), (502, "a proxy answers"),
        ] {
            #expect(finding(own, status: status).verdict == .wrong && finding(own, status: status).text.contains(text))
        }
        #expect(Finding.metadata(.failure(.silent), of: addresses).text.hasSuffix("; --offline leaves this out"))
        #expect(Finding.metadata(.failure(.noAuthorities), of: addresses).verdict == .warning)
    }

    @Test("the key that signs next has to be in the set there") func signingKey() throws {
        let (url, key) = ("https://id.example/.well-known/jwks.json", try KeyMaterial.generate(.es256, bits: 2_048))
        let answer = KeySetProbe.Answer(status: 200, moment: nil, body: try JWKSet([(KeyID(2), key)]).body)
        #expect(Finding.signingKey(url, .success(answer), nil).text.hasPrefix("no key signs ID tokens"))
        #expect(Finding.signingKey(url, .success(answer), KeyID(1)).text.contains("has no key 1"))
        // It is there, and of another algorithm.
        #expect(Finding.signingKey(url, .success(answer), KeyID(2)).verdict == .wrong)
    }
}
