import AuthCore
import AuthTestSupport
import Testing

@Suite("Clients, as operators register and change them") struct ClientUseCaseTests {
    private static let web = ClientRegistration(name: "Web", redirectURIs: ["https://a.example/cb"])
    private let store = TestStore()
    private let time = ManualTimeSource()
    private var create: CreateClient { CreateClient(store: store, time: time, by: .operatingSystem("ops")) }
    private var rotate: RotateClientSecret { RotateClientSecret(store: store, time: time, by: .operatingSystem("ops")) }

    /// Whether somebody with this id and this secret is let in.
    private func isLetIn(_ id: String, _ secret: String?, in place: ClientSecretPlace = .basic) async throws -> Bool {
        let credentials = ClientCredentials(id: id, secret: secret.map { Secret($0) }, in: place)
        let now = time.now
        return try await store.read { transaction in
            do {
                return try AuthenticateClient()(credentials, in: transaction, at: now).id.text == id
            } catch AuthError.invalidClient { return false }
        }
    }

    @Test("a secret has 256 random bits, is shown once, and prints as a placeholder") func secret() async throws {
        let (client, made) = try await create(Self.web)
        let secret = try #require(made)
        #expect(secret.text.hasPrefix("cs_") && secret.text.utf8.count == 46)
        #expect("\(secret)" == "<secret>" && !String(reflecting: secret).contains(secret.text))
        let kept = try await ShowClient(store: store)(client.id.text).secrets
        #expect(kept == [ClientSecretRecord(digest: secret.digest, createdAt: time.now)])
        #expect(secret.digest.bytes.count == ClientSecretDigest.length)
        #expect(Set((0..<50).map { _ in ClientSecret.random().text }).count == 50)
    }

    @Test("a client proves itself with its id and its secret, and nothing else does") func authentication() async throws
    {
        let (client, made) = try await create(Self.web)
        let (other, another) = try await create(Self.web)
        let (id, secret, othersSecret) = (client.id.text, try #require(made).text, try #require(another).text)
        #expect(try await isLetIn(id, secret))
        #expect(try await isLetIn(other.id.text, othersSecret))
        for wrong in [nil, "", " ", secret + " ", String(secret.dropLast()), secret.lowercased(), othersSecret] {
            #expect(try await !isLetIn(id, wrong))
        }
        for unknown in ["", "nobody", id + " ", id.uppercased(), "\u{0}", id + "\u{0}"] {
            #expect(try await !isLetIn(unknown, secret))
        }
    }

    @Test("a secret is taken where the client registered it, or in both places", arguments: ClientSecretPlace.allCases)
    func place(_ registered: ClientSecretPlace) async throws {
        var strict = Self.web
        strict.secretPlace = registered
        let (client, made) = try await create(strict)
        let secret = try #require(made).text
        for place in [ClientSecretPlace.basic, .post] {
            #expect(try await isLetIn(client.id.text, secret, in: place) == (registered == .any || registered == place))
        }
        #expect(client.tokenEndpointAuthMethod == (registered == .post ? "client_secret_post" : "client_secret_basic"))
    }

    @Test("a public client is known by its id, without a secret") func publicClient() async throws {
        var app = Self.web
        app.kind = .public
        let (client, secret) = try await create(app)
        #expect(secret == nil)
        #expect(try await isLetIn(client.id.text, nil))
        #expect(try await isLetIn(client.id.text, ""))
        #expect(try await !isLetIn(client.id.text, "x"))
        await #expect(throws: OperatorError.refused("the client \(client.id.text) is public: it has no secret")) {
            try await rotate(client.id.text, overlap: .seconds(60))
        }
    }

    @Test(
        "a disabled client is let in no more, and again once it is enabled",
        arguments: [ClientKind.confidential, .public])
    func disabled(_ kind: ClientKind) async throws {
        var registration = Self.web
        registration.kind = kind
        let (client, secret) = try await create(registration)
        let id = client.id.text
        let disable = DisableClient(store: store, time: time, by: .operatingSystem("ops"))
        #expect(try await disable(id))
        #expect(try await !disable(id))
        #expect(try await !isLetIn(id, secret?.text))
        #expect(try await disable.undo(id))
        #expect(try await !disable.undo(id))
        #expect(try await isLetIn(id, secret?.text))
    }

    @Test("the secret before is right until it ends, and a third one has to wait") func rotation() async throws {
        let (client, made) = try await create(Self.web)
        let (id, first) = (client.id.text, try #require(made).text)
        let second = try await rotate(id, overlap: .seconds(3_600)).text
        #expect(try await isLetIn(id, first))
        #expect(try await isLetIn(id, second))
        await #expect(
            throws: OperatorError.refused(
                "two secrets of the client \(id) are valid, the older until 2027-01-15 09:00:00 UTC: wait for that, or end both"
                    + " with --overlap 0s")
        ) { try await rotate(id, overlap: .seconds(3_600)) }
        time.advance(by: .milliseconds(3_599_999))
        #expect(try await isLetIn(id, first))
        time.advance(by: .milliseconds(1))
        #expect(try await !isLetIn(id, first))
        #expect(try await isLetIn(id, second))
        let third = try await rotate(id, overlap: .seconds(3_600)).text
        let fourth = try await rotate(id, overlap: .zero).text
        for old in [first, second, third] { #expect(try await !isLetIn(id, old)) }
        #expect(try await isLetIn(id, fourth))
        for wrong in [Duration.seconds(-1), .seconds(90 * 86_400 + 1)] {
            await #expect(throws: OperatorError.self) { try await rotate(id, overlap: wrong) }
        }
    }

    @Test("a deleted client is gone, and its id is free") func deletion() async throws {
        var chosen = Self.web
        chosen.id = "chosen"
        let (client, secret) = try await create(chosen)
        await #expect(throws: OperatorError.refused("the id chosen is taken: choose another, or leave out --id")) {
            try await create(chosen)
        }
        let delete = DeleteClient(store: store, time: time, by: .operatingSystem("ops"))
        try await delete(client.id)
        await #expect(throws: OperatorError.self) { try await delete(client.id) }
        #expect(try await !isLetIn("chosen", secret?.text))
        _ = try await create(chosen)
        #expect(try await !isLetIn("chosen", secret?.text))
    }

    @Test("clients are listed as they were registered, however many there are") func list() async throws {
        var ids: [String] = []
        for _ in 0..<5 {
            ids.append(try await create(Self.web).client.id.text)
            time.advance(by: .seconds(1))
        }
        let clients = try (0..<1_001).map { number in
            try Sample.client("old-\(number)", createdAt: Sample.now - .seconds(1_001 - number))
        }
        try await store.write { transaction in
            for client in clients { _ = try transaction.insert(client, secret: nil) }
        }
        #expect(try await ListClients(store: store)().map(\.id.text) == clients.map(\.id.text) + ids)
    }

    @Test("what is done to no client is refused in one line", arguments: ["nobody", "no body", ""])
    func unknown(_ id: String) async throws {
        let error = OperatorError.refused("there is no client \(id): clients list shows those that there are")
        await #expect(throws: error) { try await ShowClient(store: store)(id) }
        await #expect(throws: error) { try await rotate(id, overlap: .zero) }
        await #expect(throws: error) {
            try await UpdateClient(store: store, time: time, by: .operatingSystem("ops"))(id, ClientChange())
        }
        await #expect(throws: error) {
            try await DisableClient(store: store, time: time, by: .operatingSystem("ops"))(id)
        }
        await #expect(throws: error) {
            try await DisableClient(store: store, time: time, by: .operatingSystem("ops")).undo(id)
        }
    }
}
