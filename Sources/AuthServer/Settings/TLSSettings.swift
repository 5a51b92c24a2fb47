import ArgumentParser

/// What the port is encrypted with.
package struct TLSSettings: Sendable {
    static let certificate = Setting(
        "JWKS_TLS_CERTIFICATE", "PEM file of the server's certificate and its chain, for TLS on the port",
        otherwise: "no TLS", .text)
    static let key = Setting(
        "JWKS_TLS_KEY", "PEM file of the certificate's private key", otherwise: "no TLS", .text)
    static let definitions = [certificate.definition, key.definition]

    struct Options: SettingOptionGroup {
        @Option(help: TLSSettings.certificate.optionHelp) var tlsCertificate: String?
        @Option(help: TLSSettings.key.optionHelp) var tlsKey: String?
    }

    /// Where certificate and key are; nil where the port is not encrypted.
    package let files: CertificateFiles?

    init(_ reader: SettingsReader) throws {
        let certificate = try reader.value(of: Self.certificate, otherwise: "")
        let key = try reader.value(of: Self.key, otherwise: "")
        switch (certificate.isEmpty, key.isEmpty) {
        case (true, true): files = nil
        case (false, false): files = CertificateFiles(certificate: certificate, key: key)
        case (false, true): throw Self.needsBoth("JWKS_TLS_CERTIFICATE", without: "JWKS_TLS_KEY")
        case (true, false): throw Self.needsBoth("JWKS_TLS_KEY", without: "JWKS_TLS_CERTIFICATE")
        }
    }

    private static func needsBoth(_ one: String, without other: String) -> SettingsError {
        SettingsError("\(one) is set and \(other) is not: TLS needs both files, or set neither")
    }
}
