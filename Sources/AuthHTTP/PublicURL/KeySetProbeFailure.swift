import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Why there is no answer to a ``KeySetProbe``.
package enum KeySetProbeFailure: Error, Equatable, Sendable {
    /// The host's name has none.
    case noAddress
    /// Nobody takes the connection; the system's words.
    case unreachable(String)
    /// Not within the limit.
    case silent
    /// There is no certificate of an authority to compare with.
    case noAuthorities
    /// The certificate is over, of nobody that is trusted, or of another name.
    case certificate
    /// What is there speaks no TLS.
    case noTLS
    /// What is there speaks no HTTP, or ends the connection without an answer.
    case noHTTP
    /// The answer is longer than any JWK Set.
    case tooLong

    /// What `error` of a connection means.
    init(_ error: any Error) {
        switch error {
        case let failure as KeySetProbeFailure: self = failure
        case let error as NIOConnectionError: self = Self.of(error)
        case ChannelError.connectTimeout: self = .silent
        case let error as NIOSSLError: self = Self.of(error)
        // A certificate of another name.
        case is NIOSSLExtraError: self = .certificate
        case is NIOTooManyBytesError: self = .tooLong
        case let error as HTTPClientError where error.isTimeout: self = .silent
        case let error as IOError: self = .unreachable(Self.words(error))
        default: self = .noHTTP
        }
    }

    private static func of(_ error: NIOConnectionError) -> KeySetProbeFailure {
        guard let first = error.connectionErrors.first?.error else { return .noAddress }
        if case ChannelError.connectTimeout = first { return .silent }
        return .unreachable((first as? IOError).map(words) ?? "no connection")
    }

    private static func of(_ error: NIOSSLError) -> KeySetProbeFailure {
        switch error {
        case .handshakeFailed(let reason): "\(reason)".contains("CERTIFICATE_VERIFY_FAILED") ? .certificate : .noTLS
        default: .noHTTP
        }
    }

    private static func words(_ error: IOError) -> String { String(cString: strerror(error.errnoCode)).lowercased() }
}
