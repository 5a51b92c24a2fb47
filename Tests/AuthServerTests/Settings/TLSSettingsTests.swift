import AuthServer
import Testing

@Suite("Settings of TLS") struct TLSSettingsTests {
    @Test("are none unless they are set") func none() throws { #expect(try settings().tls.files == nil) }

    @Test("name two files") func both() throws {
        let tls = try settings(["JWKS_TLS_CERTIFICATE": "a.pem", "JWKS_TLS_KEY": "a.key"]).tls
        #expect(tls.files == CertificateFiles(certificate: "a.pem", key: "a.key"))
    }

    @Test(
        "refuse one without the other",
        arguments: [("JWKS_TLS_CERTIFICATE", "JWKS_TLS_KEY"), ("JWKS_TLS_KEY", "JWKS_TLS_CERTIFICATE")])
    func half(_ one: String, _ other: String) {
        #expect(refusal([one: "a"]) == "\(one) is set and \(other) is not: TLS needs both files, or set neither")
    }

    @Test("refuse no name", arguments: ["JWKS_TLS_CERTIFICATE", "JWKS_TLS_KEY"]) func empty(_ name: String) {
        #expect(
            refusal(["JWKS_TLS_CERTIFICATE": "a", "JWKS_TLS_KEY": "a"].merging([name: ""]) { $1 })
                == "\(name) is \"\": give it a value or leave it out")
    }
}
