import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import HummingbirdTesting
import JWKSVerifier
import JWKSVerifierHummingbird
import NIOCore
import Testing

@Suite("BearerTokenMiddleware") struct BearerTokenMiddlewareTests {
    struct Mine: Decodable, Sendable {
        let tenant: String
    }

    struct Context: VerifiedRequestContext {
        var coreContext: CoreRequestContextStorage
        var token: VerifiedToken<Mine>?

        init(source: Source) { coreContext = .init(source: source) }
    }

    private static let issuer = TestIssuer.es256()
    private let clock = ManualClock()

    private func application(_ set: FakeKeySet) throws -> some ApplicationProtocol {
        let router = Router(context: Context.self)
        router.get("open") { _, context in "\(context.token == nil)" }
        let closed = router.group().add(middleware: BearerTokenMiddleware(try set.verifier(clock)))
        closed.get("who") { _, context in
            let token = try context.requireToken()
            return "\(token.registered.subject ?? "nobody") of \(token.claims.tenant)"
        }
        closed.get("email") { _, context in try context.requireToken(scope: "email").registered.scopes.joined() }
        closed.get("admin") { _, context in try context.requireToken(scope: "admin").registered.scopes.joined() }
        router.get("forgotten") { _, context in try context.requireToken().claims.tenant }
        return Application(router: router)
    }

    private var good: String { Self.issuer.token(at: clock.now, more: #","tenant":"t1""#) }

    private func ask(
        _ path: String, _ fields: [String], of set: FakeKeySet? = nil
    ) async throws -> (status: Int, body: String, headers: HTTPFields) {
        let headers = HTTPFields(fields.map { HTTPField(name: .authorization, value: $0) })
        return try await application(set ?? FakeKeySet([Self.issuer])).test(.router) { client in
            try await client.execute(uri: path, method: .get, headers: headers) { response in
                (response.status.code, String(buffer: response.body), response.headers)
            }
        }
    }

    @Test("puts the claims into the context", arguments: ["Bearer", "bearer", "BEARER"]) func claims(_ scheme: String)
        async throws
    {
        let answer = try await ask("/who", ["\(scheme) \(good)"])
        #expect(answer.status == 200 && answer.body == "7 of t1")
        #expect(try await ask("/email", ["\(scheme) \(good)"]).status == 200)
        #expect(try await ask("/open", []).body == "true")
    }

    @Test("answers as RFC 6750 §3 says") func refusals() async throws {
        let forged = good + "x"
        let untyped = Self.issuer.token(at: clock.now)
        for (path, fields, status, challenge, body) in [
            ("/who", [], 401, "Bearer", #"{"error":"missing_token"}"#),
            ("/who", ["Basic YTpi"], 401, "Bearer", #"{"error":"missing_token"}"#),
            ("/who", ["Bearer"], 401, "Bearer", #"{"error":"missing_token"}"#),
            (
                "/who", ["Bearer \(good)", "Bearer \(good)"], 400, #"Bearer error="invalid_request""#,
                #"{"error":"invalid_request"}"#
            ),
            ("/who", ["Bearer \(forged)"], 401, #"Bearer error="invalid_token""#, #"{"error":"invalid_token"}"#),
            ("/who", ["Bearer \(untyped)"], 401, #"Bearer error="invalid_token""#, #"{"error":"invalid_token"}"#),
            ("/who", ["Bearer a b"], 401, #"Bearer error="invalid_token""#, #"{"error":"invalid_token"}"#),
            (
                "/admin", ["Bearer \(good)"], 403, #"Bearer error="insufficient_scope", scope="admin""#,
                #"{"error":"insufficient_scope"}"#
            ),
            ("/forgotten", ["Bearer \(good)"], 401, "Bearer", #"{"error":"missing_token"}"#),
        ] as [(String, [String], Int, String, String)] {
            let answer = try await ask(path, fields)
            #expect(answer.status == status && answer.body == body, "\(path) \(fields)")
            #expect(answer.headers[.wwwAuthenticate] == challenge && answer.headers[.cacheControl] == "no-store")
            #expect(answer.headers[.retryAfter] == nil)
        }
    }

    @Test("V22: answers 503 while the keys are not to be had") func unavailable() async throws {
        let set = FakeKeySet()
        set.fail()
        let answer = try await ask("/who", ["Bearer \(good)"], of: set)
        #expect(answer.status == 503 && answer.headers[.retryAfter] == "1" && answer.headers[.wwwAuthenticate] == nil)
        #expect(answer.body == #"{"error":"temporarily_unavailable"}"#)
    }
}
