import AuthCore
import AuthTestSupport
import Testing

@Suite("Resource") struct ResourceTests {
    @Test(
        "has an absolute URI without a fragment",
        arguments: [
            "https://api.example.com", "https://mcp.example.com/mcp", "https://api.example.com/v1?x=y",
            "http://127.0.0.1:8080", "urn:example:api", "api://billing",
        ])
    func accepted(_ text: String) throws { #expect(try ResourceURI(text).text == text) }

    @Test(
        "has no other",
        arguments: [
            "", "api", "/api", "https://", "https:///x", "https://api.example.com/#x", "https://u@api.example.com",
            "https://*.example.com", "https://api.example.com/a b", "urn:", "https://api.example.com/../x",
            "HTTPS://x.example",
        ])
    func refused(_ text: String) { #expect(throws: AuthError.self) { try ResourceURI(text) } }

    @Test(
        "is meant with a slash after an empty path more or less",
        arguments: [
            ("https://a.example", "https://a.example", true), ("https://a.example", "https://a.example/", true),
            ("https://a.example/", "https://a.example", true), ("https://a.example/", "https://a.example//", false),
            ("https://a.example/x", "https://a.example/x/", false),
            ("https://a.example/x/", "https://a.example/x", false),
            ("https://a.example", "https://A.example", false), ("https://a.example?x", "https://a.example/?x", false),
            ("https://a.example:8443", "https://a.example:8443/", true), ("urn:example:a", "urn:example:a/", false),
            ("https://a.example", "https://a.example/x", false), ("https://a.example", "", false),
        ])
    func matches(_ registered: String, _ presented: String, _ matches: Bool) throws {
        #expect(try ResourceURI(registered).matches(presented) == matches)
    }

    @Test(
        "has scopes that are tokens of RFC 6749",
        arguments: [
            ("read", true), ("mcp:tools/call", true), ("!#[]~", true), ("", false), ("a b", false), ("a\"b", false),
            ("a\\b", false), ("\u{E9}", false), ("a\n", false), (String(repeating: "a", count: 100), true),
            (String(repeating: "a", count: 101), false),
        ])
    func scopes(_ name: String, _ isOne: Bool) { #expect((Scope(name)?.name == name) == isOne) }

    @Test("is registered once, with a slash more or less, and without the issuer's own scopes") func add() async throws
    {
        let store = TestStore()
        let add = AddResource(store: store, time: ManualTimeSource(), by: .operatingSystem("ops"))
        let made = try await add(
            "https://api.example", scopes: ["read", "write", "read"], tokenType: .jwt, lifetime: .seconds(300))
        #expect(made.scopes.map(\.name) == ["read", "write"])
        let resources = ListResources(store: store)
        #expect(try await resources() == [made])
        #expect(try await resources.resource("https://api.example/").resource == made)
        let refusals: [(String, [String], Duration?, String)] = [
            ("https://api.example", [], nil, "there is a resource https://api.example:"),
            ("https://api.example/", [], nil, "there is a resource https://api.example:"),
            ("api", [], nil, "api: the URI of a resource begins with a scheme"),
            ("urn:b", ["openid"], nil, "openid is a scope of the issuer"),
            ("urn:b", ["a b"], nil, "a b cannot be a scope"),
            ("urn:b", [], .zero, "access tokens live from 1s to 24h"),
            ("urn:b", [], .seconds(86_401), "access tokens live"),
        ]
        for (uri, scopes, lifetime, line) in refusals {
            let error = await #expect(throws: OperatorError.self) {
                try await add(uri, scopes: scopes, tokenType: .atJWT, lifetime: lifetime)
            }
            #expect(error?.description.hasPrefix(line) == true, "\(String(describing: error))")
        }
        #expect(try await resources() == [made])
    }

    @Test("takes its scopes from its clients, but those that another of theirs has") func scopes() async throws {
        let (store, time) = (TestStore(), ManualTimeSource())
        let add = AddResource(store: store, time: time, by: .operatingSystem("ops"))
        let made = try await add("urn:a", scopes: ["read", "both"], tokenType: .atJWT, lifetime: nil)
        _ = try await add("urn:b", scopes: ["b", "both"], tokenType: .atJWT, lifetime: nil)
        let create = CreateClient(store: store, time: time, by: .operatingSystem("ops"))
        let uris = ["https://a.example/cb"]
        let all = try await create(ClientRegistration(name: "all", redirectURIs: uris, resources: ["urn:a", "urn:b"]))
        let one = try await create(ClientRegistration(name: "one", redirectURIs: uris, resources: ["urn:a"]))
        let none = try await create(ClientRegistration(name: "none", redirectURIs: uris))
        try await RemoveResource(store: store, time: time, by: .operatingSystem("ops"))(made.uri)
        let issuers = Scope.ofIssuer.map(\.name)
        for (client, scopes) in [(all.client, issuers + ["both", "b"]), (one.client, issuers), (none.client, issuers)] {
            let found = try await ShowClient(store: store)(client.id.text).client
            #expect(Set(found.scopes.map(\.name)) == Set(scopes), "\(client.name.text)")
        }
    }

    @Test("is taken away once") func remove() async throws {
        let store = TestStore()
        let made = try await AddResource(store: store, time: ManualTimeSource(), by: .operatingSystem("ops"))(
            "urn:a", scopes: [], tokenType: .atJWT, lifetime: nil)
        let remove = RemoveResource(store: store, time: ManualTimeSource(), by: .operatingSystem("ops"))
        try await remove(made.uri)
        #expect(try await ListResources(store: store)().isEmpty)
        await #expect(throws: OperatorError.self) { try await remove(made.uri) }
        await #expect(throws: OperatorError.self) { try await ListResources(store: store).resource("urn:a") }
    }
}
