import AuthCore
import AuthHTTP
import Logging
import ServiceLifecycle

/// Keeps the port's certificate: reads it again when it is told to, and says in time that it runs out.
struct CertificateService: Service {
    let current: CurrentCertificate
    private let files: CertificateFiles
    private let time: any TimeSource
    private let logger: Logger

    /// - Throws: ``SettingsError`` for files that cannot serve.
    init(_ files: CertificateFiles, time: any TimeSource, logger: Logger) throws {
        current = CurrentCertificate(try files.load(at: time.now))
        self.files = files
        self.time = time
        self.logger = logger
        if files.keyIsOpenToOthers {
            logger.warning(
                "JWKS_TLS_KEY can be read by every user of this machine: give it mode 0600",
                metadata: ["file": "\(files.key)"])
        }
    }

    /// Waits for the files.
    func readAgain() {
        do {
            let pair = try files.load(at: time.now)
            current.replace(with: pair)
            logger.notice(
                "SIGHUP: new connections get the certificate that was read",
                metadata: ["serial": "\(pair.serial)", "expires": "\(utcText(pair.expires))"])
            warnOfExpiry()
        } catch {
            logger.error("SIGHUP: the certificate in use is kept", metadata: ["reason": "\(error)"])
        }
    }

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                warnOfExpiry()
                try? await Task.sleep(for: .seconds(86_400))
            }
        }
    }

    private func warnOfExpiry() {
        let expires = current.current.expires
        guard let warning = CertificateExpiry(expires, at: time.now) else { return }
        logger.log(level: warning.level, "\(warning.message)", metadata: ["expires": "\(utcText(expires))"])
    }
}
