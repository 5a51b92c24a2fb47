package import AuthCore
package import AuthHTTP
import Glibc

/// The files that the port's certificate and key are read from, as often as it is asked for.
package struct CertificateFiles: Equatable, Sendable {
    /// PEM: the server's own, then its chain.
    package let certificate: String
    /// PEM.
    package let key: String

    /// More than any chain.
    private static let largest = 1 << 20

    /// The files with these paths.
    package init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }

    /// Reads them.
    /// - Throws: ``SettingsError``, one line that names the setting and the remedy, for what cannot serve at `now`.
    package func load(at now: Timestamp) throws -> CertificatePair {
        let chain = try Self.read(certificate, setting: "JWKS_TLS_CERTIFICATE")
        let privateKey = try Self.read(key, setting: "JWKS_TLS_KEY")
        do {
            return try CertificatePair(certificate: chain, key: privateKey, at: now)
        } catch {
            throw SettingsError(remedy(of: error))
        }
    }

    private func remedy(of error: CertificateError) -> String {
        switch error {
        case .noCertificate:
            "JWKS_TLS_CERTIFICATE names \(certificate), which holds no certificate in PEM: give the server's own, followed"
                + " by its chain"
        case .noKey: "JWKS_TLS_KEY names \(key), which holds no private key in PEM"
        case .keyIsEncrypted:
            "JWKS_TLS_KEY names \(key), which is encrypted: give it decrypted (openssl pkey -in FILE -out NEW), with mode"
                + " 0600"
        case .mismatched:
            "JWKS_TLS_KEY (\(key)) is not the key of the first certificate in JWKS_TLS_CERTIFICATE (\(certificate)): give"
                + " files that belong together"
        case .expired(let moment):
            "JWKS_TLS_CERTIFICATE names \(certificate), which expired on \(utcText(moment)) UTC: renew it"
        }
    }

    /// Whether users of this machine that are neither the key's owner nor in its group can read it; false where that
    /// cannot be told.
    package var keyIsOpenToOthers: Bool {
        FileCondition(of: key).map { $0.mode & S_IROTH != 0 } ?? false
    }

    /// Regular files only: of a pipe it would wait for an end.
    private static func read(_ path: String, setting: String) throws -> [UInt8] {
        func refusal(_ reason: String) -> SettingsError {
            SettingsError("\(setting) names \(path), which cannot be read: \(reason)")
        }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw refusal(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw refusal("it is no file")
        }
        guard status.st_size <= largest else { throw refusal("it is larger than a megabyte") }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var length = 0
        while length < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress?.advanced(by: length), buffer.count - length)
            }
            guard count >= 0 else { throw refusal(String(cString: strerror(errno))) }
            if count == 0 { break }
            length += count
        }
        return Array(bytes.prefix(length))
    }
}
