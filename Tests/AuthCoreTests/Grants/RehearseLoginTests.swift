import AuthCore
import AuthTestSupport
import Testing

@Suite("RehearseLogin") struct RehearseLoginTests {
    private static let callback = "https://a.example/cb"
    private static let api = "https://api.example"
    private let store = TestStore(runsBodiesTwice: false)
    private let time = ManualTimeSource()

    private func create(_ registration: ClientRegistration) async throws -> (id: String, secret: String?) {
        let create = CreateClient(store: store, time: time, by: .operatingSystem("ops"))
        let (client, secret) = try await create(registration)
        return (client.id.text, secret?.text)
    }

    private func addResource(_ uri: String, _ scopes: [String], _ type: TokenType = .atJWT) async throws {
        let add = AddResource(store: store, time: time, by: .operatingSystem("ops"))
        _ = try await add(uri, scopes: scopes, tokenType: type, lifetime: type == .jwt ? .seconds(60) : nil)
    }

    private func rehearse(
        _ id: String, _ configuration: RehearseLogin.Configuration = .init()
    ) async throws -> LoginRehearsal {
        let issuing = IssueTokens.Configuration(issuer: "https://id.example", audience: "everybody")
        return try await RehearseLogin(store: store, time: time, issuing: issuing)(id, configuration)
    }

    private static let web = ClientRegistration(name: "Web", redirectURIs: [callback])

    @Test("each redirect URI is tried, with all that the client is registered with") func requests() async throws {
        let (id, _) = try await create(
            ClientRegistration(name: "Web", redirectURIs: [Self.callback, "https://b.example/cb"]))
        let rehearsal = try await rehearse(id)
        #expect(rehearsal.requests.map(\.redirectURI) == [Self.callback, "https://b.example/cb"])
        for request in rehearsal.requests {
            let tokens = try request.outcome.get()
            #expect(tokens.scopes == Scope.ofIssuer && tokens.audience == ["everybody"] && tokens.tokenType == .atJWT)
            #expect(tokens.accessLifetime == .seconds(600) && tokens.identityLifetime == .seconds(3_600))
            #expect(tokens.refreshes)
        }
        #expect(rehearsal.own == nil && rehearsal.signingKey == nil)
    }

    @Test("what is asked of a resource says for whom its token is") func resource() async throws {
        try await addResource(Self.api, ["read"], .jwt)
        var registration = Self.web
        (registration.resources, registration.grants) = ([Self.api], [.authorizationCode])
        let (id, _) = try await create(registration)
        let tokens = try await rehearse(id, .init(scope: "read")).requests[0].outcome.get()
        #expect(tokens.audience == [Self.api] && tokens.tokenType == .jwt && tokens.accessLifetime == .seconds(60))
        #expect(tokens.identityLifetime == nil && !tokens.refreshes)
        let other = try await rehearse(id, .init(scope: "openid email")).requests[0].outcome.get()
        #expect(other.audience == ["everybody"] && other.accessLifetime == .seconds(3_600))
        #expect(try await rehearse(id, .init(scope: "openid offline_access")).requests[0].outcome.get().refreshes)
    }

    @Test("what would be refused is refused, in the words of the authorization endpoint") func refusals() async throws {
        let (id, _) = try await create(Self.web)
        func refusal(_ configuration: RehearseLogin.Configuration) async throws -> AuthorizationRefusal? {
            guard case .failure(let refusal) = try await rehearse(id, configuration).requests[0].outcome else {
                return nil
            }
            return refusal
        }
        let registered = [RedirectURI(stored: Self.callback)]
        #expect(
            try await refusal(.init(redirectURI: "\(Self.callback)/")) == .page(.redirectURI(registered: registered)))
        for (configuration, code) in [
            (.init(scope: "write"), .invalidScope), (.init(resources: [Self.api]), .invalidTarget),
        ] as [(RehearseLogin.Configuration, AuthorizationError.Code)] {
            guard case .redirect(_, let error) = try await refusal(configuration) else {
                Issue.record("\(code) was not refused")
                continue
            }
            #expect(error.code == code)
        }
        _ = try await DisableClient(store: store, time: time, by: .operatingSystem("ops"))(id)
        #expect(try await refusal(.init()) == .page(.client))
    }

    @Test("a client that works for itself is told what it gets") func ownToken() async throws {
        try await addResource(Self.api, ["read", "write"])
        let job = ClientRegistration(
            name: "Job", grants: [.clientCredentials], scopes: ["read"], resources: [Self.api])
        let (id, _) = try await create(job)
        let tokens = try #require(try await rehearse(id).own?.get())
        #expect(tokens.scopes.map(\.name) == ["read"] && tokens.audience == [Self.api])
        #expect(tokens.accessLifetime == .seconds(3_600) && tokens.identityLifetime == nil && !tokens.refreshes)
        let other = try await rehearse(id, .init(resources: ["https://b.example"]))
        #expect(throws: AccessRefusal.invalidTarget) { try other.own?.get() }
        #expect(try await rehearse(id).requests.isEmpty)
    }

    @Test("a secret is compared with those that are valid") func secrets() async throws {
        let (id, made) = try await create(Self.web)
        let secret = try #require(made)
        #expect(try await rehearse(id).isSecretRight == nil)
        #expect(try await rehearse(id, .init(secret: Secret("cs_x"))).isSecretRight == false)
        #expect(try await rehearse(id, .init(secret: Secret(secret))).isSecretRight == true)
        let rotate = RotateClientSecret(store: store, time: time, by: .operatingSystem("ops"))
        _ = try await rotate(id, overlap: .seconds(60))
        #expect(try await rehearse(id, .init(secret: Secret(secret))).isSecretRight == true)
        time.advance(by: .seconds(60))
        let after = try await rehearse(id, .init(secret: Secret(secret)))
        #expect(after.isSecretRight == false && after.secrets.count == 1)
    }

    @Test("accounts are counted, more than are read at once too") func accounts() async throws {
        try await store.write { transaction in
            for number in 0..<1_001 {
                try transaction.insert(
                    try Sample.user("user\(number)", email: number < 3 ? nil : "user\(number)@a.example"))
            }
            let ids = try transaction.accounts(after: .min, limit: 3).map(\.id)
            _ = try transaction.disable(ids[0], at: Sample.now)
            _ = try transaction.resetPassword(
                of: ids[1], to: FakePasswordHasher.phc("x"), mustChange: true, at: Sample.now)
        }
        let (id, _) = try await create(Self.web)
        let tally = try await rehearse(id).accounts
        #expect((tally.all, tally.disabled, tally.enabled) == (1_001, 1, 1_000))
        #expect((tally.withTemporaryPassword, tally.withoutEmail) == (1, 2))
    }

    @Test("the key that signs ID tokens is named") func signingKey() async throws {
        let (id, _) = try await create(Self.web)
        try await store.write { transaction in
            for key in [
                Sample.key(1, .retired), Sample.key(2, .active, algorithm: .es256), Sample.key(3, .active),
                Sample.key(4, .published),
            ] { try transaction.insert(key) }
        }
        #expect(try await rehearse(id).signingKey == KeyID(3))
    }

    @Test("a client that there is not is named") func nobody() async throws {
        await #expect(
            throws: OperatorError.refused("there is no client nobody: clients list shows those that there are")
        ) { _ = try await rehearse("nobody") }
    }
}
