package import AuthCore

/// Why a certificate and a key cannot serve.
package enum CertificateError: Error, Equatable {
    /// There is none in PEM.
    case noCertificate
    /// There is none in PEM.
    case noKey
    case keyIsEncrypted
    /// The key is not that of the first certificate.
    case mismatched
    /// The server's own certificate ended at that moment.
    case expired(Timestamp)
}
