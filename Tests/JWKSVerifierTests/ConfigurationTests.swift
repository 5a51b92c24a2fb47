import Foundation
import JWKSVerifier
import Testing

@Suite("Configuration") struct ConfigurationTests {
    private static func verifier(
        issuer: String = "https://i.example", audiences: Set<String> = ["api"], url: String? = nil,
        _ change: (inout VerifierOptions) -> Void = { _ in }
    ) throws(VerifierConfigurationError) -> JWTVerifier {
        var options = VerifierOptions()
        change(&options)
        return try JWTVerifier(
            issuer: issuer, audiences: audiences, keySet: url.flatMap { URL(string: $0) }, options: options
        ) { _ in KeySetResponse(status: 500) }
    }

    @Test("V1: an issuer and an audience are wanted") func wanted() {
        #expect(throws: VerifierConfigurationError.emptyIssuer) {
            try Self.verifier(issuer: "", url: "https://a.example")
        }
        #expect(throws: VerifierConfigurationError.emptyAudience) { try Self.verifier(audiences: []) }
        #expect(throws: VerifierConfigurationError.emptyAudience) { try Self.verifier(audiences: ["a", ""]) }
    }

    @Test(
        "V10: the set comes over https, or from this machine",
        arguments: [
            "https://i.example/jwks.json", "http://localhost/jwks.json", "http://127.0.0.1:8080/x",
            "http://[::1]:8080/x",
            "HTTPS://i.example/x",
        ])
    func url(_ url: String) throws { _ = try Self.verifier(url: url) }

    @Test(
        "V10: and from nowhere else",
        arguments: [
            "http://i.example/jwks.json", "http://127.0.0.1.example/x", "http://localhost.example/x",
            "file:///etc/passwd",
            "ftp://i.example/x", "https://user:secret@i.example/x", "https://i.example/x#y", "jwks.json", "https:///x",
        ])
    func noURL(_ url: String) {
        let error = #expect(throws: VerifierConfigurationError.self) { try Self.verifier(url: url) }
        #expect(!"\(error as Any)".contains("secret"))
    }

    @Test("an issuer alone says where its set is", arguments: ["https://i.example", "https://i.example/"])
    func derived(_ issuer: String) async throws {
        let set = FakeKeySet()
        let verifier = try JWTVerifier(issuer: issuer, audiences: ["api"], transport: set.transport)
        try await verifier.prepare()
        #expect(set.requests.map(\.url.absoluteString) == ["https://i.example/.well-known/jwks.json"])
        #expect(set.requests.map(\.timeout) == [.seconds(5)] && set.requests.map(\.mostBytes) == [65_536])
        #expect(throws: VerifierConfigurationError.self) { try Self.verifier(issuer: "http://i.example") }
    }

    @Test("options have bounds") func options() {
        for change: (inout VerifierOptions) -> Void in [
            { $0.leeway = .seconds(61) }, { $0.leeway = .seconds(-1) }, { $0.staleIfError = .seconds(3_601) },
            { $0.coolDown = .zero }, { $0.deadline = .zero }, { $0.deadline = .seconds(21) }, { $0.types = [] },
            { $0.algorithms = [] }, { $0.lifetimes = .zero ... .seconds(1) },
            { $0.lifetimes = .seconds(1) ... .seconds(86_401) },
        ] {
            #expect(throws: VerifierConfigurationError.self) { try Self.verifier(change) }
        }
    }

    @Test(
        "V22: errors say what to answer",
        arguments: [
            (VerificationError.invalidToken(.expired), 401, #"Bearer error="invalid_token""#, nil),
            (.keysUnavailable(retryAfter: .milliseconds(1)), 503, nil, "1"),
            (.keysUnavailable(retryAfter: .zero), 503, nil, "1"),
            (.keysUnavailable(retryAfter: .milliseconds(2_001)), 503, nil, "3"),
            (.keysUnavailable(retryAfter: .seconds(30)), 503, nil, "30"),
        ] as [(VerificationError, Int, String?, String?)])
    func answers(_ error: VerificationError, _ status: Int, _ challenge: String?, _ retryAfter: String?) {
        #expect(error.status == status && error.wwwAuthenticate == challenge && error.retryAfter == retryAfter)
    }
}
