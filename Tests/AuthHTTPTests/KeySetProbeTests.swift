import AuthCore
import AuthHTTP
import AuthTestSupport
import Foundation
import Testing

@Suite("A look at the public URL", .timeLimit(.minutes(1)))
struct KeySetProbeTests {
    private static let enough: Duration = .seconds(20)

    @Test(
        "asks where the issuer's JWK Set is",
        arguments: [
            ("http://a.example", "http://a.example/.well-known/jwks.json"),
            ("https://a.example:8443/p/", "https://a.example:8443/p/.well-known/jwks.json"), ("no URL", nil),
        ] as [(String, String?)])
    func address(issuer: String, url: String?) {
        #expect(KeySetProbe(issuer: issuer)?.url == url)
    }

    @Test("gets what every verifier gets, by name and by address, plain and encrypted", arguments: [false, true])
    func answer(isEncrypted: Bool) async throws {
        let certificate = isEncrypted ? try Self.certificate() : nil
        try await TestServer.with(.init(issuer: "http://issuer.example/p", certificate: certificate)) { server in
            let scheme = isEncrypted ? "https" : "http"
            for path in ["", "/", "/p"] {
                let probe = try #require(KeySetProbe(issuer: "\(scheme)://localhost:\(server.port)\(path)"))
                let answer = try await Self.trusting(TestCertificates.one) { file in
                    try await probe.ask(within: Self.enough, authorities: file)
                }
                #expect(answer.status == 200)
                #expect(answer.body == server.keyRing.current?.set.body)
                #expect(answer.moment == Sample.now)
            }
        }
    }

    @Test("trusts no certificate of another authority or another name")
    func certificates() async throws {
        try await TestServer.with(.init(certificate: try Self.certificate())) { server in
            for (host, authority, failure) in [
                ("localhost", TestCertificates.two, KeySetProbeFailure.certificate),
                ("127.0.0.1", TestCertificates.one, .certificate), ("localhost", "nothing", .noAuthorities),
            ] {
                let probe = try #require(KeySetProbe(issuer: "https://\(host):\(server.port)"))
                await #expect(throws: failure, "\(host)") {
                    try await Self.trusting(authority) { file in
                        try await probe.ask(within: Self.enough, authorities: file)
                    }
                }
            }
        }
    }

    @Test("says what is there instead")
    func failures() async throws {
        try await TestServer.with { server in
            let probe = try #require(KeySetProbe(issuer: "https://localhost:\(server.port)"))
            await #expect(throws: KeySetProbeFailure.noTLS) {
                try await probe.ask(within: Self.enough, authorities: nil)
            }
            let impatient = try #require(KeySetProbe(issuer: "http://localhost:\(server.port)"))
            await #expect(throws: KeySetProbeFailure.silent) {
                try await impatient.ask(within: .zero, authorities: nil)
            }
        }
        let nobody = try #require(KeySetProbe(issuer: "http://127.0.0.1:1"))
        await #expect(throws: KeySetProbeFailure.unreachable("connection refused")) {
            try await nobody.ask(within: Self.enough, authorities: nil)
        }
    }

    private static func certificate() throws -> CurrentCertificate {
        CurrentCertificate(try CertificatePair(TestCertificates.one, TestCertificates.oneKey))
    }

    /// Runs `body` with a file that holds `certificate`.
    private static func trusting<Result>(
        _ certificate: String, _ body: (_ file: String) async throws -> Result
    ) async throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pem")
        try Data(certificate.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await body(file.path)
    }
}
