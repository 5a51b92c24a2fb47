import AuthCore
import AuthTestSupport
import Foundation
import Testing

/// A browser without a window: keeps cookies, and sends forms as one does.
struct PageClient {
    static let callback = "https://app.example/callback"
    let server: TestServer
    private(set) var cookies: [String: String] = [:]

    /// - Parameter consent: of the client.
    init(
        _ server: TestServer, consent: ConsentPolicy = .implicit, redirectURI: String = callback,
        name: String = "App", kind: ClientKind = .confidential
    ) async throws {
        self.server = server
        let client = Client(
            id: Sample.app, name: try ClientName(name), kind: kind,
            redirectURIs: [RedirectURI(stored: redirectURI)], grants: [.authorizationCode, .refreshToken],
            scopes: [.openID, .profile, .email, .offlineAccess], consent: consent, createdAt: server.time.now)
        _ = try await server.store.write { transaction in try transaction.insert(client, secret: nil) }
    }

    static func query(_ changes: [String: String?] = [:]) -> String {
        let usual: [String: String?] = [
            "response_type": "code", "client_id": "app", "redirect_uri": callback, "scope": "openid",
            "state": "s",
        ]
        return usual.merging(changes) { $1 }.compactMap { name, value in value.map { (name, $0) } }
            .sorted { $0.0 < $1.0 }.map { "\($0.0)=\(escaped($0.1))" }.joined(separator: "&")
    }

    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber)
                ? String(character) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }

    mutating func get(_ target: String, _ fields: [String] = []) async throws -> RawResponse {
        note(try await server.answer(RawRequest.get(target, fields + cookieLine)))
    }

    /// A form of our own page.
    mutating func post(
        _ form: [String: String], to path: String = "/sign-in", fields: [String] = ["Sec-Fetch-Site: same-origin"]
    ) async throws -> RawResponse {
        let body = form.map { "\($0.key)=\(Self.escaped($0.value))" }.joined(separator: "&")
        return note(
            try await server.answer(
                RawRequest.post(path, body, type: "application/x-www-form-urlencoded", fields + cookieLine)))
    }

    /// Asks for a code; the page that is shown, and its handle.
    mutating func begin(
        _ changes: [String: String?] = [:], _ fields: [String] = []
    ) async throws -> (page: RawResponse, handle: String) {
        let answer = try await get("/authorize?\(Self.query(changes))", fields)
        let location = try #require(answer["Location"])
        #expect(answer.status == 303 && location.hasPrefix("/sign-in?flow="))
        return (try await get(location, fields), String(location.dropFirst("/sign-in?flow=".count)))
    }

    /// Signs in as alice.
    mutating func signIn(_ handle: String) async throws -> RawResponse {
        try await post(["flow": handle, "username": "alice", "password": "password of alice"])
    }

    private var cookieLine: [String] {
        cookies.isEmpty ? [] : ["Cookie: " + cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")]
    }

    private mutating func note(_ answer: RawResponse) -> RawResponse {
        for line in answer.values("Set-Cookie") {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            cookies[String(pair[0])] = pair.count == 2 ? String(pair[1]) : nil
        }
        return answer
    }
}

extension RawResponse {
    /// The parameters behind a redirect's `?`.
    var redirected: [String: String] {
        let items = URLComponents(string: self["Location"] ?? "")?.queryItems ?? []
        return Dictionary(items.map { ($0.name, $0.value ?? "") }) { $0 + "," + $1 }
    }
}
