import AuthCore
import AuthTestSupport
import Testing

@Suite("ClientRegistration") struct ClientRegistrationTests {
    private static let known = [
        Sample.resource("https://api.example", scopes: ["read", "write"]), Sample.resource("urn:b", scopes: ["b"]),
    ]
    private static let web = ClientRegistration(name: "Web", redirectURIs: ["https://a.example/cb"])

    private static func changed(
        _ registration: ClientRegistration = web, _ change: (inout ClientRegistration) -> Void
    ) -> ClientRegistration {
        var registration = registration
        change(&registration)
        return registration
    }

    private func client(_ registration: ClientRegistration) throws -> Client {
        try registration.client(at: Sample.now, knowing: Self.known)
    }

    @Test("needs no more than a name and a redirect URI") func defaults() throws {
        let client = try client(Self.web)
        #expect(client.name.text == "Web" && client.kind == .confidential && client.createdAt == Sample.now)
        #expect(client.grants == [.authorizationCode, .refreshToken])
        #expect(client.scopes == [.openID, .profile, .email, .offlineAccess])
        #expect(client.redirectURIs.map(\.text) == ["https://a.example/cb"] && client.postLogoutRedirectURIs.isEmpty)
        #expect(client.consent == .implicit && !client.requirePKCE && client.disabledAt == nil)
        #expect(client.id.text.count == 36 && client.tokenEndpointAuthMethod == "client_secret_basic")
    }

    @Test("keeps what is named, each once") func named() throws {
        let client = try client(
            Self.changed {
                $0.id = "web-1"
                $0.kind = .public
                $0.redirectURIs = ["https://a.example/cb", "https://b.example/cb", "https://a.example/cb"]
                $0.postLogoutRedirectURIs = ["https://a.example/out"]
                $0.backchannelLogoutURI = "https://a.example/end?x=1"
                $0.grants = [.authorizationCode]
                $0.resources = ["https://api.example/", "https://api.example"]
                $0.scopes = ["read", "openid", "read"]
                $0.requirePKCE = true
            })
        #expect(client.id.text == "web-1" && client.kind == .public && client.requirePKCE)
        #expect(client.redirectURIs.map(\.text) == ["https://a.example/cb", "https://b.example/cb"])
        #expect(client.resources.map(\.text) == ["https://api.example"])
        #expect(client.scopes.map(\.name) == ["read", "openid"] && client.grants == [.authorizationCode])
        #expect(client.tokenEndpointAuthMethod == "none")
        #expect(client.backchannelLogoutURI?.text == "https://a.example/end?x=1")
    }

    @Test("may ask for every scope of its resources, unless some are named") func scopes() throws {
        let resources = ["urn:b", "https://api.example"]
        let all = try client(Self.changed { $0.resources = resources })
        #expect(all.scopes.map(\.name) == ["openid", "profile", "email", "offline_access", "b", "read", "write"])
        let service = ClientRegistration(name: "Job", grants: [.clientCredentials], resources: ["urn:b"])
        #expect(try client(service).scopes.map(\.name) == ["b"])
        #expect(try client(Self.changed(service) { $0.resources = [] }).scopes.isEmpty)
    }

    @Test(
        "asks users where nobody can tell which program gets the code",
        arguments: [
            (ClientKind.public, ["https://a.example/cb"], ConsentPolicy.implicit),
            (.public, ["https://a.example/cb", "http://127.0.0.1/cb"], .explicit),
            (.public, ["com.example.app:/cb"], .explicit), (.confidential, ["http://localhost:3000/cb"], .implicit),
        ])
    func consent(_ kind: ClientKind, _ uris: [String], _ consent: ConsentPolicy) throws {
        let registration = Self.changed {
            $0.kind = kind
            $0.redirectURIs = uris
        }
        #expect(try client(registration).consent == consent)
        for chosen in ConsentPolicy.allCases {
            #expect(try client(Self.changed(registration) { $0.consent = chosen }).consent == chosen)
        }
    }

    static let refusals: [(@Sendable (inout ClientRegistration) -> Void, String)] = [
        ({ $0.name = "" }, "a client's name has 1 to 64 visible characters"),
        ({ $0.id = "https://a.example" }, "the id has 1 to 100 of the characters"),
        ({ $0.redirectURIs = [] }, "a client that uses codes needs --redirect-uri"),
        ({ $0.redirectURIs.append("http://a.example/cb") }, "http://a.example/cb: a redirect URI begins with https://"),
        ({ $0.redirectURIs = ["com.example:/cb"] }, "com.example:/cb: a redirect URI of a confidential client"),
        (
            { $0.postLogoutRedirectURIs = ["https://a.example/#x"] },
            "https://a.example/#x: a redirect URI has no fragment"
        ),
        (
            { $0.backchannelLogoutURI = "https://a.example/#x" },
            "https://a.example/#x: a back-channel logout URI has no fragment"
        ),
        (
            { $0.backchannelLogoutURI = "http://a.example/" },
            "http://a.example/: a back-channel logout URI begins with https://; http:// goes to this machine alone"
        ),
        (
            { $0.backchannelLogoutURI = "com.example:/end" },
            "com.example:/end: a back-channel logout URI begins with https:// and a host"
        ),
        (
            {
                $0.grants = [.clientCredentials]
                $0.redirectURIs = []
                $0.backchannelLogoutURI = "https://a.example/"
            }, "a client without authorization_code has no sessions: leave out --backchannel-logout-uri"
        ),
        ({ $0.grants = [.refreshToken] }, "refresh_token goes with authorization_code"),
        ({ $0.grants = [.clientCredentials] }, "a client without authorization_code sends nobody anywhere"),
        (
            {
                $0.kind = .public
                $0.grants = [.authorizationCode, .clientCredentials]
            }, "a public client has no credentials"
        ),
        (
            {
                $0.kind = .public
                $0.secretPlace = .post
            }, "a public client has no secret to show"
        ),
        ({ $0.resources = ["urn:c"] }, "there is no resource urn:c: resources add makes it"),
        ({ $0.scopes = ["openid", "read"] }, "read is no scope of this client"),
        (
            {
                $0.resources = ["urn:b"]
                $0.scopes = ["read"]
            }, "read is no scope of this client"
        ),
        (
            {
                $0.grants = [.clientCredentials]
                $0.redirectURIs = []
                $0.scopes = ["openid"]
            }, "openid is no scope of this client"
        ),
    ]

    @Test("is refused in one line that names what is wrong", arguments: ClientRegistrationTests.refusals.indices)
    func refused(_ index: Int) {
        let (change, line) = Self.refusals[index]
        let error = #expect(throws: OperatorError.self) { try client(Self.changed(Self.web, change)) }
        #expect(error?.description.hasPrefix(line) == true, "\(String(describing: error))")
    }
}
