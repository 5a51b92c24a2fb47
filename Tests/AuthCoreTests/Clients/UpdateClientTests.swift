import AuthCore
import AuthTestSupport
import Testing

@Suite("A client that is changed") struct UpdateClientTests {
    private static let api = "https://api.example"
    private let store = TestStore()
    private let time = ManualTimeSource()
    private var update: UpdateClient { UpdateClient(store: store, time: time, by: .operatingSystem("ops")) }

    private func client(_ id: String) async throws -> Client { try await ShowClient(store: store)(id).client }

    private func made(
        _ id: String, kind: ClientKind = .confidential, grants: [GrantType] = [], resources: [String] = []
    ) async throws -> Client {
        try await store.write { transaction in
            _ = try transaction.insert(Sample.resource(Self.api, scopes: ["read"]))
            _ = try transaction.insert(Sample.resource("urn:b", scopes: ["write"]))
        }
        let codes = grants != [.clientCredentials]
        let registration = ClientRegistration(
            name: "App", id: id, kind: kind, redirectURIs: codes ? ["https://a.example/cb"] : [],
            postLogoutRedirectURIs: codes ? ["https://a.example/"] : [],
            backchannelLogoutURI: codes ? "https://a.example/end" : nil, grants: grants, resources: resources)
        return try await CreateClient(store: store, time: time, by: .operatingSystem("ops"))(registration).client
    }

    @Test("has what is given in the place of what there was, and nothing else changes") func changes() async throws {
        let old = try await made("app", resources: [Self.api])
        let secrets = try await ShowClient(store: store)("app").secrets
        let cases: [(change: (inout ClientChange) -> Void, isSo: (Client) -> Bool)] = [
            ({ $0.name = "Other" }, { $0.name.text == "Other" }),
            (
                { $0.redirectURIs = ["https://b.example/cb", "https://a.example/cb"] },
                { $0.redirectURIs.map(\.text) == ["https://b.example/cb", "https://a.example/cb"] }
            ),
            ({ $0.postLogoutRedirectURIs = [""] }, { $0.postLogoutRedirectURIs.isEmpty }),
            ({ $0.backchannelLogoutURI = "" }, { $0.backchannelLogoutURI == nil }),
            (
                { $0.backchannelLogoutURI = "https://b.example/end" },
                { $0.backchannelLogoutURI?.text == "https://b.example/end" }
            ),
            ({ $0.grants = [.authorizationCode] }, { $0.grants == [.authorizationCode] }),
            ({ $0.scopes = ["openid", "read"] }, { $0.scopes.map(\.name) == ["openid", "read"] }),
            ({ $0.resources = ["urn:b", Self.api] }, { $0.resources.map(\.text) == [Self.api, "urn:b"] }),
            ({ $0.consent = .explicit }, { $0.consent == .explicit }),
            ({ $0.requirePKCE = true }, { $0.requirePKCE }), ({ $0.requirePKCE = false }, { !$0.requirePKCE }),
            ({ $0.secretPlace = .post }, { $0.secretPlace == .post }),
        ]
        var before = old
        for (number, (change, isSo)) in cases.enumerated() {
            var wanted = ClientChange()
            change(&wanted)
            let (seen, new) = try await update("app", wanted)
            #expect(seen == before && !isSo(before) && isSo(new), "case \(number)")
            #expect(Self.differences(before, new) == 1, "case \(number): and nothing else")
            #expect(try await client("app") == new, "case \(number)")
            before = new
        }
        #expect(try await ShowClient(store: store)("app").secrets == secrets)
        let rows = store.auditLog.filter { $0.action == "client.update" }
        #expect(rows.count == cases.count && rows.allSatisfy { $0.client == "app" && $0.actor == "os:ops" })
    }

    private static func differences(_ one: Client, _ two: Client) -> Int {
        let fields: [(Client) -> String] = [
            \.name.text, \.secretPlace.rawValue, { "\($0.redirectURIs)" }, { "\($0.postLogoutRedirectURIs)" },
            { $0.backchannelLogoutURI?.text ?? "" }, { "\($0.grants)" }, { "\($0.scopes)" }, { "\($0.resources)" },
            \.consent.rawValue, { "\($0.requirePKCE)" }, { "\($0.kind) \($0.createdAt) \($0.id)" },
        ]
        return fields.count { $0(one) != $0(two) }
    }

    @Test("is as it was where nothing is otherwise, without a row") func nothing() async throws {
        let old = try await made("app")
        var same = ClientChange()
        same.name = "App"
        let (seen, new) = try await update("app", same)
        #expect(seen == old && new == old)
        #expect(!store.auditLog.contains { $0.action == "client.update" })
    }

    @Test("keeps what it was not registered with: when it showed PKCE, and that it is disabled") func kept()
        async throws
    {
        let old = try await made("app")
        let now = time.now
        try await store.write { transaction in
            _ = try transaction.notePKCE(of: old.id, at: now)
            _ = try transaction.disable(old.id, at: now)
        }
        var change = ClientChange()
        change.name = "Other"
        let new = try await update("app", change).new
        #expect(new.pkceSeenAt == now && new.disabledAt == now && new.createdAt == old.createdAt)
    }

    @Test("without scopes gets none by another name") func scopes() async throws {
        _ = try await made("job", grants: [.clientCredentials])
        var change = ClientChange()
        change.resources = [Self.api]
        #expect(try await update("job", change).new.scopes == [])
        change.scopes = ["read"]
        #expect(try await update("job", change).new.scopes.map(\.name) == ["read"])
    }

    @Test("is refused what a new one is, and is as it was") func refused() async throws {
        let web = try await made("app", resources: [Self.api])
        let app = try await made("public", kind: .public)
        let cases: [(String, String, (inout ClientChange) -> Void)] = [
            ("app", "a client's name has 1 to 64", { $0.name = " " }),
            ("app", "http://b.example/cb: a redirect URI begins with", { $0.redirectURIs = ["http://b.example/cb"] }),
            ("app", "a client that uses codes needs --redirect-uri", { $0.redirectURIs = [""] }),
            ("app", "there is no resource urn:c", { $0.resources = ["urn:c"] }),
            ("app", "read is no scope of this client", { $0.resources = [""] }),
            ("app", "admin is no scope of this client", { $0.scopes = ["admin"] }),
            ("app", "a client without authorization_code", { $0.grants = [.clientCredentials] }),
            ("public", "a public client has no credentials", { $0.grants = [.authorizationCode, .clientCredentials] }),
            ("public", "a public client has no secret to show", { $0.secretPlace = .post }),
        ]
        for (id, line, change) in cases {
            var wanted = ClientChange()
            change(&wanted)
            let error = await #expect(throws: OperatorError.self) { _ = try await update(id, wanted) }
            #expect(error?.description.hasPrefix(line) == true, "\(String(describing: error))")
        }
        #expect(try await client("app") == web)
        #expect(try await client("public") == app)
    }
}
