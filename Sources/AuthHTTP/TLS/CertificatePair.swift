// TLS owns how a connection is encrypted, with which certificate, and how that begins and ends. It must not know a file,
// a request or an answer.

package import AuthCore
import NIOSSL

/// A certificate with its chain and its key, ready for connections: one that cannot serve is never made.
package struct CertificatePair: Sendable {
    /// The last moment of the server's own certificate.
    package let expires: Timestamp
    /// Its number, by which its authority knows it, in hexadecimal.
    package let serial: String
    let context: NIOSSLContext

    /// What TLS 1.2 may use: a key of its own for each connection, and encryption that authenticates (RFC 9325 §4.2). TLS
    /// 1.3 knows nothing else.
    private static let cipherSuites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]

    /// BoringSSL's own without SHA-1, and with Ed25519, which it leaves out unless asked: such a key would be taken and
    /// then serve nobody.
    private static let signatures: [SignatureAlgorithm] = [
        .ed25519, .ecdsaSecp256R1Sha256, .rsaPssRsaeSha256, .rsaPkcs1Sha256, .ecdsaSecp384R1Sha384, .rsaPssRsaeSha384,
        .rsaPkcs1Sha384, .rsaPssRsaeSha512, .rsaPkcs1Sha512,
    ]

    /// - Parameters:
    ///   - certificate: in PEM, the server's own first, then those that lead to the authority's.
    ///   - key: in PEM, not encrypted.
    /// - Throws: ``CertificateError`` for what no client could be served with at `now`.
    package init(certificate: [UInt8], key: [UInt8], at now: Timestamp) throws(CertificateError) {
        guard let chain = try? NIOSSLCertificate.fromPEMBytes(certificate), let own = chain.first else {
            throw .noCertificate
        }
        guard !Self.isEncrypted(key) else { throw .keyIsEncrypted }
        guard let privateKey = try? NIOSSLPrivateKey(bytes: key, format: .pem) else { throw .noKey }
        expires = Timestamp(seconds: Int64(own.notValidAfter))
        guard expires > now else { throw .expired(expires) }
        serial = own.serialNumber.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        configuration.minimumTLSVersion = .tlsv12
        configuration.cipherSuiteValues = Self.cipherSuites
        configuration.signingSignatureAlgorithms = Self.signatures
        configuration.applicationProtocols = ["http/1.1"]
        // Made only where the key is that of the first certificate.
        guard let context = try? NIOSSLContext(configuration: configuration) else { throw .mismatched }
        self.context = context
    }

    private static func isEncrypted(_ pem: [UInt8]) -> Bool {
        let text = String(decoding: pem, as: UTF8.self)
        return text.contains("BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED")
    }
}
