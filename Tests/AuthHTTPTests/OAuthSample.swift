import AuthCore
import AuthTestSupport

/// A client, a user's grant to it and a code, for tests of the endpoints over the wire.
enum OAuthSample {
    static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    static let secret = "p+q %/:&=\u{E9}"
    static let form = "application/x-www-form-urlencoded"
    /// `web:` and the secret, each form-encoded, in Base64.
    static let basic = "Authorization: Basic d2ViOnAlMkJxKyUyNSUyRiUzQSUyNiUzRCVDMyVBOQ=="
    static let escapedSecret = "p%2Bq+%25%2F%3A%26%3D%C3%A9"
    static let exchange =
        "grant_type=authorization_code&code=the+code&code_verifier=\(verifier)&redirect_uri=https%3A%2F%2Fweb.example%2Fcallback"

    /// Adds the confidential client `web`, the public one `app`, and the code `the code` for `web`.
    static func add(to server: TestServer, scopes: [Scope] = [.openID, .email]) async throws {
        let grant = Grant(
            user: 1, client: try Sample.clientID("web"), session: "sid", scopes: scopes, authenticatedAt: Sample.now,
            createdAt: Sample.now, expiresAt: Sample.now + .seconds(86_400))
        let code = AuthorizationCode(
            hash: AuthorizationCode.hash(of: "the code"), grant: grant.id, redirectURI: "https://web.example/callback",
            challenge: CodeChallenge(verifier: verifier)?.text, nonce: nil, expiresAt: Sample.now + .seconds(60))
        try await server.store.write { transaction in
            _ = try transaction.insert(Sample.client("web"), secret: Sample.digest(secret))
            _ = try transaction.insert(Sample.client("app", kind: .public), secret: nil)
            try transaction.insert(grant)
            try transaction.insert(code)
        }
    }

    static func post(_ path: String, _ body: String, _ fields: [String] = [basic]) -> [UInt8] {
        RawRequest.post(path, body, type: form, fields)
    }

    /// Fetches the tokens of the code.
    static func fetch(from server: TestServer) async throws -> [String: String] {
        let answer = try await server.answer(post("/token", exchange))
        return texts(answer)
    }

    /// The members of a flat JSON object that are strings.
    static func texts(_ answer: RawResponse) -> [String: String] {
        answer.text.matches(of: /"(\w+)":"([^"]*)"/).reduce(into: [:]) { $0[String($1.1)] = String($1.2) }
    }
}
