import AuthCore
import AuthServer
import AuthTestSupport
import Testing

@Suite("What the client and resource commands answer") struct ClientReportTests {
    private static let secret = ClientSecret.random()

    private func web() throws -> Client {
        Client(
            id: try Sample.clientID("web"), name: try ClientName("Web"), kind: .confidential,
            redirectURIs: ["https://a.example/cb", "https://b.example/cb"].map(RedirectURI.init(stored:)),
            grants: [.authorizationCode, .refreshToken], scopes: [.openID, .email],
            resources: [ResourceURI(stored: "https://api.example")], createdAt: Sample.now)
    }

    private func job() throws -> Client {
        Client(
            id: try Sample.clientID("nightly-job"), name: ClientName(stored: "odd\u{1B}[31m"), kind: .confidential,
            redirectURIs: [], grants: [.clientCredentials], scopes: [], consent: .explicit, requirePKCE: true,
            createdAt: Sample.now, disabledAt: Sample.now + .seconds(60))
    }

    @Test("clients list is a table, without what would turn a terminal") func table() throws {
        #expect(
            ClientsReport([try web(), try job()]).text(asJSON: false) == #"""
                ID           NAME           KIND          GRANTS                            REGISTERED           STATE
                web          Web            confidential  authorization_code refresh_token  2027-01-15 08:00:00  usual
                nightly-job  odd\u001b[31m  confidential  client_credentials                2027-01-15 08:00:00  disabled

                """#)
        #expect(ClientsReport([]).lines == ["there are no clients: clients create registers one"])
    }

    @Test("clients show has a line for each thing that is known") func show() throws {
        let secrets = [Sample.now + .seconds(3_600), nil].map { end in
            ClientSecretRecord(digest: Sample.digest("x"), createdAt: Sample.now, expiresAt: end)
        }
        #expect(
            ClientReport(try web(), secrets: secrets).text(asJSON: false) == """
                id                 web
                name               Web
                kind               confidential
                redirect URIs      https://a.example/cb
                                   https://b.example/cb
                after signing out  -
                logout tokens to   -
                grants             authorization_code refresh_token
                scopes             openid email
                resources          https://api.example
                consent            implicit
                PKCE               required once it was used
                secrets            made 2027-01-15 08:00:00 UTC, ends 2027-01-15 09:00:00 UTC
                                   made 2027-01-15 08:00:00 UTC
                registered         2027-01-15 08:00:00 UTC
                disabled           -

                """)
        let lines = ClientReport(try job()).lines
        #expect(lines.contains("PKCE               required") && lines.contains("scopes             -"))
        #expect(lines.contains("disabled           2027-01-15 08:01:00 UTC") && lines.contains("secrets            -"))
        #expect(
            ClientReport(try job(), did: "is deleted").lines == [#"client nightly-job, odd\u001b[31m, is deleted"#])
    }

    @Test("JSON has the names of RFC 7591, and the secret where one was made") func json() throws {
        let client = #"""
            "client_id":"web","client_id_issued_at":1800000000,"client_name":"Web",\#
            "redirect_uris":["https://a.example/cb","https://b.example/cb"],"post_logout_redirect_uris":[],\#
            "backchannel_logout_uri":null,\#
            "grant_types":["authorization_code","refresh_token"],"response_types":["code"],\#
            "token_endpoint_auth_method":"client_secret_basic","scope":"openid email",\#
            "resources":["https://api.example"],"consent":"implicit","require_pkce":false,"disabled_at":null
            """#
        let text = Self.secret.text
        let issued = #""client_secret":"\#(text)","client_secret_expires_at":0"#
        #expect(ClientsReport([try web()]).text(asJSON: true) == "{\"clients\":[{\(client)}]}\n")
        #expect(ClientReport(try web()).text(asJSON: true) == "{\(client)}\n")
        #expect(NewClientReport(try web(), secret: Self.secret).text(asJSON: true) == "{\(client),\(issued)}\n")
        #expect(NewClientReport(try web(), secret: nil).text(asJSON: true) == "{\(client)}\n")
        let secrets = [ClientSecretRecord(digest: Self.secret.digest, createdAt: Sample.now)]
        let dates = #""secrets":[{"created_at":"2027-01-15T08:00:00Z","expires_at":null}]"#
        #expect(
            ClientReport(try web(), secrets: secrets, did: "x").text(asJSON: true)
                == "{\(client),\(dates),\"result\":\"x\"}\n")
        #expect(
            ClientSecretReport(try web(), secret: Self.secret, secrets: secrets).text(asJSON: true)
                == "{\"client_id\":\"web\",\(issued),\(dates)}\n")
        #expect(
            ClientReport(try job()).text(asJSON: true).contains(
                #""response_types":[],"token_endpoint_auth_method":"client_secret_basic","scope":"""#))
    }

    @Test("what a client is configured with stands in two lines, a new secret alone in one") func secrets() throws {
        let text = Self.secret.text
        #expect(
            NewClientReport(try web(), secret: Self.secret).lines == ["client_id      web", "client_secret  \(text)"])
        #expect(NewClientReport(try web(), secret: nil).lines == ["client_id  web"])
        #expect(ClientSecretReport(try web(), secret: Self.secret, secrets: []).lines == [text])
    }

    @Test("resources are a table, and what was done to one is a sentence") func resources() throws {
        let api = Resource(
            uri: ResourceURI(stored: "https://api.example"), scopes: ["read", "write"].map(Scope.init(stored:)),
            tokenType: .jwt, lifetime: .seconds(300), createdAt: Sample.now)
        let bare = Sample.resource("urn:b")
        #expect(
            ResourcesReport([api, bare]).text(asJSON: false) == """
                URI                  SCOPES      TYP     LIFETIME  REGISTERED
                https://api.example  read write  JWT     5m        2027-01-15 08:00:00
                urn:b                -           at+jwt  -         2027-01-15 08:00:00

                """)
        #expect(ResourcesReport([]).lines == ["there are no resources: resources add registers one"])
        let json = #""resource":"urn:b","scopes":[],"typ":"at+jwt","lifetime":null,"created_at":"2027-01-15T08:00:00Z""#
        #expect(ResourcesReport([bare]).text(asJSON: true) == "{\"resources\":[{\(json)}]}\n")
        let removed = ResourceReport(bare, did: "is removed", clients: [try Sample.clientID("web")])
        #expect(removed.lines == ["resource urn:b is removed", "the client web has it no more"])
        #expect(removed.text(asJSON: true) == "{\(json),\"result\":\"is removed\",\"clients\":[\"web\"]}\n")
        #expect(ResourceReport(api, did: "is registered").lines == ["resource https://api.example is registered"])
        #expect(ResourceReport(api, did: "x").text(asJSON: true).contains(#""typ":"JWT","lifetime":300,"#))
    }
}
