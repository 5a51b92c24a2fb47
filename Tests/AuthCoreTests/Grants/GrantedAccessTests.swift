import AuthCore
import AuthTestSupport
import Testing

@Suite("GrantedAccess") struct GrantedAccessTests {
    private static let (a, b, c) = ("https://a.example", "https://b.example/mcp", "urn:c")
    private static let known = [
        Sample.resource(a, scopes: ["read", "a"]), Sample.resource(b, scopes: ["read", "b"]),
        Sample.resource(c, scopes: ["c"]),
    ]

    /// May have the issuer's scopes but profile, and everything of a and b but the scope b.
    private func client() throws -> Client {
        Client(
            id: try Sample.clientID("one"), name: try ClientName("One"), kind: .confidential, redirectURIs: [],
            grants: [.authorizationCode],
            scopes: ["openid", "email", "offline_access", "read", "a"].map(Scope.init(stored:)),
            resources: [Self.a, Self.b].map(ResourceURI.init(stored:)), createdAt: Sample.now)
    }

    private func access(_ scopes: String, _ resources: [String]) -> GrantedAccess {
        GrantedAccess(
            scopes: scopes.split(separator: " ").map { Scope(stored: String($0)) },
            resources: resources.map(ResourceURI.init(stored:)))
    }

    /// Asked scope and resources, and what comes of them: scopes and resources, or an error.
    static let requests: [(String?, [String], Result<(String, [String]), AccessRefusal>)] = [
        ("openid email", [], .success(("openid email", []))),
        ("email  openid email", [], .success(("email openid", []))),
        // What the client may not have, or nobody knows, is left out.
        ("openid profile groups", [], .success(("openid", []))),
        ("openid read a", [a], .success(("openid read a", [a]))),
        // The scope of a resource for which no token is asked (RFC 9700 §2.3).
        ("openid a", [b], .success(("openid", [b]))),
        ("openid b", [b], .success(("openid", [b]))),
        // Who names no resource means those whose scopes it names.
        ("openid read", [], .success(("openid read", [a, b]))), ("a openid", [], .success(("a openid", [a]))),
        ("openid b", [], .success(("openid", []))),
        ("read a", [a, b, a], .success(("read a", [a, b]))),
        // A slash after an empty path is nothing; what was registered is what stands in aud.
        ("a", [a + "/"], .success(("a", [a]))),
        // Without scope, what the resources have.
        (nil, [a, b], .success(("read a", [a, b]))), (nil, [a], .success(("read a", [a]))),
        (nil, [b], .success(("read", [b]))), (nil, [], .success(("", []))),
        ("profile", [], .failure(.invalidScope)), ("a", [b], .failure(.invalidScope)),
        ("x\"y", [], .failure(.invalidScope)), (" ", [], .failure(.invalidScope)), (" ", [a], .failure(.invalidScope)),
        ("openid", [c], .failure(.invalidTarget)), ("openid", [a, "https://other.example"], .failure(.invalidTarget)),
        ("openid", ["https://b.example/mcp/"], .failure(.invalidTarget)),
        ("openid", [a + "#x"], .failure(.invalidTarget)),
        ("openid", ["a"], .failure(.invalidTarget)), ("openid", ["https://A.example"], .failure(.invalidTarget)),
    ]

    @Test("is what a client may have of what it asks for", arguments: GrantedAccessTests.requests.indices)
    func allowed(_ index: Int) throws {
        let (scope, resources, expected) = Self.requests[index]
        let client = try client()
        func granted() throws -> GrantedAccess {
            try GrantedAccess.allowed(to: client, scope: scope, resources: resources, knowing: Self.known)
        }
        switch expected {
        case .success(let (scopes, resources)): #expect(try granted() == access(scopes, resources))
        case .failure(let refusal): #expect(throws: refusal) { try granted() }
        }
    }

    /// Of "openid read a" at a and b.
    static let narrowings: [(String?, [String], Result<(String, [String]), AccessRefusal>)] = [
        (nil, [], .success(("openid read a", [a, b]))), (nil, [a], .success(("openid read a", [a]))),
        (nil, [b], .success(("openid read", [b]))), ("read", [b], .success(("read", [b]))),
        ("a read", [], .success(("a read", [a, b]))), ("a", [b], .failure(.invalidScope)),
        (nil, [a + "/"], .success(("openid read a", [a]))),
        (" ", [], .failure(.invalidScope)), ("openid email", [], .failure(.invalidScope)),
        ("read x", [], .failure(.invalidScope)),
        (nil, [c], .failure(.invalidTarget)), (nil, [a, c], .failure(.invalidTarget)),
        ("read", ["x"], .failure(.invalidTarget)),
    ]

    @Test("is narrowed by a token request, never widened", arguments: GrantedAccessTests.narrowings.indices)
    func narrowed(_ index: Int) throws {
        let (scope, resources, expected) = Self.narrowings[index]
        let granted = access("openid read a", [Self.a, Self.b])
        func narrowed() throws -> GrantedAccess {
            try granted.narrowed(toScope: scope, resources: resources, knowing: Self.known)
        }
        switch expected {
        case .success(let (scopes, resources)): #expect(try narrowed() == access(scopes, resources))
        case .failure(let refusal): #expect(throws: refusal) { try narrowed() }
        }
    }

    @Test("of a resource that is gone nothing is left") func gone() throws {
        let granted = access("openid read a", [Self.a, Self.b])
        let left = try granted.narrowed(toScope: nil, resources: [], knowing: [Self.known[1]])
        #expect(left == access("openid read", [Self.b]))
        #expect(throws: AccessRefusal.invalidTarget) {
            try granted.narrowed(toScope: nil, resources: [Self.a], knowing: [Self.known[1]])
        }
        // Not the issuer's usual audience, which was never granted.
        #expect(throws: AccessRefusal.invalidTarget) {
            try granted.narrowed(toScope: nil, resources: [], knowing: [Self.known[2]])
        }
    }
}
