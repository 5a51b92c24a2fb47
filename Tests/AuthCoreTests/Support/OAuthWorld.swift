import AuthCore
import AuthTestSupport
import Synchronization
import Testing

/// A token endpoint over one store, with three clients and two resources:
///
///     web      confidential, codes and refresh tokens
///     app      public, codes and refresh tokens
///     service  confidential, its own tokens for both resources
struct OAuthWorld: Sendable {
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let api = "https://api.example.com/v1"
    static let old = "https://old.example.com"
    static let address = IPAddress(ipv4: 0xC000_0201)

    let signing: SignerWorld
    let refreshKeys: RefreshTokenKeys
    let tokens: AccessTokens
    let reuses = Reuses()

    var store: TestStore { signing.store }
    var time: ManualTimeSource { signing.time }
    var log: LogRecorder { signing.log }

    init() async throws {
        signing = try await SignerWorld()
        refreshKeys = Self.refreshKeys(signing)
        tokens = AccessTokens(keyRing: signing.ring, issuer: "https://issuer.example", time: signing.time)
        try await store.write { transaction in
            _ = try transaction.insert(Sample.resource(Self.api, scopes: ["read", "write"]))
            _ = try transaction.insert(
                Resource(
                    uri: ResourceURI(stored: Self.old), scopes: [Scope(stored: "read")], tokenType: .jwt,
                    lifetime: .seconds(120), createdAt: Sample.now))
            for (id, kind) in [("web", .confidential), ("app", .public)] as [(String, ClientKind)] {
                _ = try transaction.insert(
                    Self.client(id, kind, [.authorizationCode, .refreshToken]),
                    secret: kind == .public ? nil : Sample.digest("secret of \(id)"))
            }
            _ = try transaction.insert(
                Self.client("service", .confidential, [.clientCredentials]), secret: Sample.digest("secret of service"))
        }
    }

    private static func client(_ id: String, _ kind: ClientKind, _ grants: [GrantType]) throws -> Client {
        Client(
            id: try Sample.clientID(id), name: try ClientName("Client \(id)"), kind: kind,
            redirectURIs: [RedirectURI(stored: redirectURI(of: id))], grants: grants,
            scopes: (Scope.ofIssuer + [Scope(stored: "read"), Scope(stored: "write")]),
            resources: [ResourceURI(stored: api), ResourceURI(stored: old)], createdAt: Sample.now)
    }

    /// Another process's.
    static func refreshKeys(_ signing: SignerWorld, sealer: KeySealer? = nil) -> RefreshTokenKeys {
        RefreshTokenKeys(
            store: signing.store, sealer: sealer ?? KeySealer(signing.keys.keyEncryptionKey), time: signing.time,
            logger: signing.log.logger)
    }

    static func redirectURI(of client: String) -> String { "https://\(client).example/callback" }

    /// What a client sends to prove itself, where it is who it says.
    static func credentials(_ client: String) -> ClientCredentials {
        ClientCredentials(id: client, secret: client == "app" ? nil : Secret("secret of \(client)"))
    }

    /// A code for a grant of alice.
    func code(
        _ text: String, for client: String = "web", scopes: [String] = ["openid", "profile", "email"],
        resources: [String] = [], isOffline: Bool = false, hasChallenge: Bool = true, session: String? = "sid-1"
    ) async throws -> Grant {
        let now = time.now
        let grant = Grant(
            user: 1, client: try Sample.clientID(client), session: session, scopes: scopes.map(Scope.init(stored:)),
            resources: resources.map(ResourceURI.init(stored:)), authenticatedAt: now - .seconds(100),
            isOffline: isOffline, createdAt: now, expiresAt: now + .seconds(90 * 86_400))
        let code = AuthorizationCode(
            hash: AuthorizationCode.hash(of: text), grant: grant.id, redirectURI: Self.redirectURI(of: client),
            challenge: hasChallenge ? try #require(CodeChallenge(verifier: Self.verifier)).text : nil, nonce: "n-1",
            expiresAt: now + .seconds(60))
        try await store.write { transaction in
            try transaction.insert(grant)
            try transaction.insert(code)
        }
        return grant
    }

    /// Asks the token endpoint.
    func issue(
        _ parameters: [(String, String)], as credentials: ClientCredentials, refreshKeys other: RefreshTokenKeys? = nil,
        lifetimes: TokenLifetimes = TokenLifetimes()
    ) async throws -> IssuedTokens {
        let issue = IssueTokens(
            configuration: IssueTokens.Configuration(
                issuer: "https://issuer.example", audience: "https://api.example", lifetimes: lifetimes),
            store: store, signer: signing.signer, refreshKeys: other ?? refreshKeys, time: time, logger: log.logger,
            noteReuse: { [reuses] reuse in reuses.note(reuse) })
        return try await issue(
            TokenRequest(RequestParameters(parameters.map { (name: $0.0, value: $0.1) })), as: credentials,
            from: Self.address)
    }

    /// Brings a code with all that is right of it, but for what is replaced; nil leaves a parameter out.
    func redeem(
        _ code: String, of client: String = "web", replacing others: [String: String?] = [:],
        as credentials: ClientCredentials? = nil, refreshKeys: RefreshTokenKeys? = nil
    ) async throws -> IssuedTokens {
        var parameters: [String: String?] = [
            "grant_type": "authorization_code", "code": code, "redirect_uri": Self.redirectURI(of: client),
            "code_verifier": Self.verifier,
        ]
        parameters.merge(others) { $1 }
        let given = parameters.compactMap { name, value in value.map { (name, $0) } }
        return try await issue(given, as: credentials ?? Self.credentials(client), refreshKeys: refreshKeys)
    }

    /// Brings a refresh token.
    func refresh(
        _ token: String?, of client: String = "web", _ others: [(String, String)] = [],
        as credentials: ClientCredentials? = nil, refreshKeys: RefreshTokenKeys? = nil
    ) async throws -> IssuedTokens {
        try await issue(
            [("grant_type", "refresh_token"), ("refresh_token", token ?? "")] + others,
            as: credentials ?? Self.credentials(client), refreshKeys: refreshKeys)
    }

    /// Ends what a grant hangs on; anything else than these words changes nothing.
    func end(_ what: String, of grant: Grant) async throws {
        let now = time.now
        try await store.write { transaction in
            switch what {
            case "grant": _ = try transaction.endGrant(grant.id, for: .revoked, at: now)
            case "session": _ = try transaction.endGrants(ofSession: "sid-1", for: .signedOut, at: now)
            case "user": _ = try transaction.disable(1, at: now)
            case "deleted": _ = try transaction.deleteUser(1)
            case "client": _ = try transaction.disable(grant.client, at: now)
            case "client deleted": _ = try transaction.deleteClient(grant.client)
            default: break
            }
        }
    }

    /// Whether the grant is neither ended nor over.
    func isAlive(_ grant: Grant) async throws -> Bool {
        let now = time.now
        return try await store.read { transaction in try transaction.grant(grant.id, at: now) } != nil
    }

    var introspect: IntrospectToken {
        IntrospectToken(store: store, tokens: tokens, refreshKeys: refreshKeys, time: time)
    }

    var userInfo: ReadUserInfo { ReadUserInfo(store: store, tokens: tokens) }

    func revoke(_ token: String, as client: String) async throws {
        try await RevokeToken(store: store, tokens: tokens, refreshKeys: refreshKeys, time: time)(
            token, as: Self.credentials(client), from: Self.address)
    }
}

/// How old the refresh tokens were that ended a grant.
final class Reuses: Sendable {
    private let noted = Mutex<[Duration]>([])

    var ages: [Duration] { noted.withLock { $0 } }

    func note(_ reuse: RefreshReuse) { noted.withLock { $0.append(reuse.age) } }
}

/// What `body` throws of the refusals of the token endpoint; nil for anything else, and for success.
func tokenRefusal(of body: () async throws -> Void) async -> TokenRefusal? {
    do {
        try await body()
        return nil
    } catch AuthError.tokenRefused(let refusal) {
        return refusal
    } catch {
        return nil
    }
}
