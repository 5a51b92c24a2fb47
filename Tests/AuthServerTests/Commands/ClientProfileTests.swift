import AuthCore
import AuthHTTP
import AuthServer
import AuthTestSupport
import Testing

@Suite("ClientProfile") struct ClientProfileTests {
    private static let issuer = "https://id.example"
    private static let ownSecret = "0123456789abcdef0123456789abcdef"
    private static let secret = ClientSecret.random()

    private static func client(_ profile: ClientProfile, at url: String, _ given: ClientRegistration) throws -> Client {
        try profile.registration(given, at: url).client(
            at: Sample.now, knowing: [Sample.resource("https://mcp.example/mcp", scopes: ["notes"])])
    }

    /// What is printed for a client called `app`.
    private static func lines(
        _ profile: ClientProfile, at url: String, issuer: String = issuer
    ) throws -> [String] {
        let client = try client(profile, at: url, ClientRegistration(name: "App", id: "app"))
        return ClientConfiguration(
            of: profile, issuer: IssuerAddresses(issuer: issuer), client: client,
            secret: client.kind == .public ? nil : secret, url: url, ownSecret: ownSecret
        ).lines
    }

    @Test("each is registered as it needs it", arguments: ClientProfile.allCases)
    func registration(_ profile: ClientProfile) throws {
        let isMCP = profile == .mcp
        let client = try Self.client(
            profile, at: isMCP ? "https://mcp.example/mcp" : "https://a.example", ClientRegistration(name: "App"))
        #expect(client.kind == (isMCP ? .public : .confidential))
        let uris: [ClientProfile: [String]] = [
            .grafana: ["https://a.example/login/generic_oauth"],
            .oauth2Proxy: ["https://a.example/oauth2/callback"], .modAuthOpenIDC: ["https://a.example/signed-in"],
            .spring: ["https://a.example/login/oauth2/code/id"], .argocd: ["https://a.example/auth/callback"],
            .mcp: ["http://127.0.0.1/callback", "http://localhost/callback"],
        ]
        #expect(client.redirectURIs.map(\.text) == uris[profile])
        #expect(client.grants.contains(.refreshToken) == (profile != .argocd))
        #expect(client.requirePKCE == [.grafana, .oauth2Proxy, .modAuthOpenIDC].contains(profile))
        #expect(client.scopes.contains(.offlineAccess) == [.grafana, .mcp].contains(profile))
        #expect(client.resources.map(\.text) == (isMCP ? ["https://mcp.example/mcp"] : []))
        #expect(client.consent == (isMCP ? .explicit : .implicit))
        #expect(client.postLogoutRedirectURIs.isEmpty == isMCP)
        let hears: [ClientProfile: String] = [
            .modAuthOpenIDC: "https://a.example/signed-in?logout=backchannel",
            .spring: "https://a.example/logout/connect/back-channel/id",
        ]
        #expect(client.backchannelLogoutURI?.text == hears[profile])
    }

    @Test("what an operator adds stays") func added() throws {
        let given = ClientRegistration(
            name: "App", redirectURIs: ["https://b.example/cb"], postLogoutRedirectURIs: ["https://b.example/"],
            backchannelLogoutURI: "https://b.example/out", scopes: ["openid"], consent: .explicit, requirePKCE: true)
        let client = try Self.client(.argocd, at: "https://a.example", given)
        #expect(client.redirectURIs.map(\.text) == ["https://a.example/auth/callback", "https://b.example/cb"])
        #expect(client.postLogoutRedirectURIs.last?.text == "https://b.example/")
        #expect(client.backchannelLogoutURI?.text == "https://b.example/out")
        #expect(client.scopes == [.openID] && client.consent == .explicit && client.requirePKCE)
    }

    @Test(
        "an address is one to which a path can be appended",
        arguments: [
            ("https://a.example", "https://a.example"), ("https://a.example//", "https://a.example"),
            ("https://a.example/x/", "https://a.example/x"), ("a.example", nil), ("https://a.example?x", nil),
            ("https://a.example#x", nil), ("", nil),
        ] as [(String, String?)])
    func address(_ text: String, _ address: String?) { #expect((try? ClientProfile.address(text)) == address) }

    @Test("a word that is none of them is answered with the nearest, and all") func unknown() {
        #expect(
            ClientProfile.unknown("Grafanna")
                == "did you mean grafana? There are grafana, oauth2-proxy, mod_auth_openidc, spring, argocd, mcp")
    }

    @Test("mod_auth_openidc's own words") func modAuthOpenIDC() throws {
        #expect(
            try Self.lines(.modAuthOpenIDC, at: "https://a.example/team").joined(separator: "\n") == """
                # In the <VirtualHost> of https://a.example/team
                OIDCProviderMetadataURL https://id.example/.well-known/openid-configuration
                OIDCClientID app
                OIDCClientSecret \(Self.secret.text)
                OIDCRedirectURI https://a.example/team/signed-in
                OIDCCryptoPassphrase \(Self.ownSecret)
                OIDCScope "openid profile email"
                OIDCPKCEMethod S256
                OIDCRemoteUserClaim preferred_username
                <Location /team/>
                    AuthType openid-connect
                    Require valid-user
                </Location>
                # To sign out: https://a.example/team/signed-in?logout=https%3A%2F%2Fa.example%2Fteam%2F
                """)
    }

    @Test("the others name issuer, id and secret, each address where it is") func others() throws {
        let secret = Self.secret.text
        for (profile, lines) in [
            (
                .grafana,
                [
                    "root_url = https://a.example/", "client_id = app", "client_secret = \(secret)",
                    "scopes = openid profile email offline_access", "auth_url = https://id.example/authorize",
                    "token_url = https://id.example/token", "api_url = https://id.example/userinfo", "use_pkce = true",
                    "signout_redirect_url = https://id.example/logout?post_logout_redirect_uri=https%3A%2F%2Fa.example%2Flogin",
                ]
            ),
            (
                .oauth2Proxy,
                [
                    "oidc_issuer_url = \"https://id.example/tenant\"", "client_id = \"app\"",
                    "client_secret = \"\(secret)\"", "redirect_url = \"https://a.example/oauth2/callback\"",
                    "cookie_secret = \"\(Self.ownSecret)\"", "whitelist_domains = [\"id.example\"]",
                    "# To sign out: https://a.example/oauth2/sign_out?rd=https%3A%2F%2Fid.example%2Flogout%3Fclient_id%3Dapp"
                        + "%26post_logout_redirect_uri%3Dhttps%253A%252F%252Fa.example%252F",
                ]
            ),
            (
                .spring,
                [
                    "  provider.id.issuer-uri: https://id.example/tenant", "    client-id: app",
                    "    client-secret: \(secret)", "    scope: openid,profile,email",
                ]
            ),
            (
                .argocd,
                [
                    "url: https://a.example", "  issuer: https://id.example/tenant", "  clientID: app",
                    "  requestedScopes: [\"openid\", \"profile\", \"email\"]",
                    "oidc.jwks-server.clientSecret: \(secret)",
                ]
            ),
        ] as [(ClientProfile, [String])] {
            let printed = try Self.lines(profile, at: "https://a.example", issuer: "https://id.example/tenant")
            #expect(Set(lines).subtracting(printed) == [], "\(profile)")
            #expect(printed.filter { $0.contains(secret) }.count == 1)
        }
        #expect(
            try Self.lines(.mcp, at: "https://mcp.example/mcp").contains(
                "    resource_server_url=\"https://mcp.example/mcp\","))
        #expect(try Self.lines(.mcp, at: "https://mcp.example/mcp").contains("    required_scopes=[\"notes\"],"))
    }

    @Test("a cookie's secret is another one each time, of 32 characters") func ownSecret() {
        let secrets = (0..<50).map { _ in ClientConfiguration.newSecret() }
        #expect(Set(secrets).count == 50 && secrets.allSatisfy { $0.utf8.count == 32 })
    }

    @Test("clients create prints the configuration in place of the id, and both in JSON") func report() throws {
        let client = try Self.client(.grafana, at: "https://a.example", ClientRegistration(name: "App", id: "app"))
        let configuration = ClientConfiguration(
            of: .grafana, issuer: IssuerAddresses(issuer: Self.issuer), client: client, secret: Self.secret,
            url: "https://a.example", ownSecret: Self.ownSecret)
        let report = NewClientReport(client, secret: Self.secret, configuration: configuration)
        #expect(report.lines == configuration.lines && report.lines.count == 15)
        let json = report.text(asJSON: true)
        #expect(json.contains(#""client_secret":"\#(Self.secret.text)""#))
        #expect(json.contains(#""configuration":"[server]\nroot_url = https://a.example/\n"#))
    }
}
