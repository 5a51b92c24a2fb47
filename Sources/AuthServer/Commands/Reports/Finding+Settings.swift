package import AuthCore
import AuthHTTP
import Foundation

extension Finding {
    /// What was set, and goes together.
    package static func settings(_ settings: Settings) -> [Finding] {
        let warnings = settings.warnings.map { Finding("settings", .warning, $0) }
        return
            (warnings.isEmpty ? [Finding("settings", .ok, "nothing is unknown, malformed or contradicts")] : warnings)
            + [issuer(settings)]
    }

    /// Whether the one that tokens name can be where this server is.
    private static func issuer(_ settings: Settings) -> Finding {
        let issuer = settings.tokens.issuer
        guard let url = URLComponents(string: issuer), let host = url.host else {
            return Finding("issuer", .wrong, "JWKS_ISSUER is no URL")
        }
        let local = ["localhost", "127.0.0.1", "[::1]", "::1"]
        let port = url.port ?? (url.scheme == "https" ? 443 : 80)
        if local.contains(host) {
            guard !local.contains(settings.listener.host) || port != settings.listener.port else {
                return Finding("issuer", .ok, "\(issuer): for this machine alone")
            }
            return Finding(
                "issuer", .warning,
                "tokens say \(issuer), and this server listens at \(settings.listener.host) port"
                    + " \(settings.listener.port): set JWKS_ISSUER to the URL that others use")
        }
        guard url.scheme == "https" else {
            return Finding(
                "issuer", .warning, "\(issuer) is not https: who is on the way reads passwords and changes keys")
        }
        return Finding("issuer", .ok, issuer)
    }

    /// Whether the port can be encrypted with what is in the files; nothing where it is not to be.
    package static func certificate(_ files: CertificateFiles?, at now: Timestamp) -> [Finding] {
        guard let files else { return [] }
        do {
            let pair = try files.load(at: now)
            return [Finding("certificate", .ok, "\(files.certificate) expires at \(utcText(pair.expires)) UTC")]
        } catch {
            return [.failure(of: "certificate", error)]
        }
    }

    /// What a `master-key rotate` has left that ended before it changed a key; nothing where it left nothing.
    /// - Parameter pending: the file with the secret that was to come.
    package static func leftSecret(_ pending: String?) -> [Finding] {
        guard let pending else { return [] }
        return [
            Finding(
                "master key", .warning,
                "\(pending) was left by a master-key rotate that was interrupted; NOT_MY_KEY still opens the keys: run"
                    + " `jwks-server master-key rotate` again, or delete the file")
        ]
    }

    /// Whether the master key can be guessed.
    package static func masterKey(_ secret: Secret) -> Finding {
        let length = secret.withBytes { $0.count }
        guard length < StartWarnings.shortestSecret else {
            return Finding("master key", .ok, "NOT_MY_KEY has \(length) bytes")
        }
        return Finding(
            "master key", .warning,
            "NOT_MY_KEY has \(length) bytes, which can be guessed: `jwks-server master-key rotate` makes another")
    }
}
