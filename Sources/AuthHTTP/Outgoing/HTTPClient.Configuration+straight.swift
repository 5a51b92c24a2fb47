import AsyncHTTPClient
import AuthCore
import NIOCore
import NIOSSL

extension HTTPClient.Configuration {
    /// Of a client that goes where it is sent and nowhere else: no redirect is followed, no proxy of the environment is used,
    /// and no connection is tried twice.
    /// - Parameters:
    ///   - limit: to connect, and between two pieces of an answer.
    ///   - authorities: a PEM file with the only ones that a certificate may be of; nil for the system's.
    static func straight(within limit: Duration, authorities: String?) -> Self {
        let limit = TimeAmount.nanoseconds(limit.nanoseconds)
        var configuration = Self()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout = .init(connect: limit, read: limit)
        configuration.connectionPool.retryConnectionEstablishment = false
        if let authorities {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .file(authorities)
            configuration.tlsConfiguration = tls
        }
        return configuration
    }
}

extension HTTPClientError {
    private static let timeouts: [HTTPClientError] = [
        .deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .getConnectionFromPoolTimeout,
    ]

    /// Whether nobody answered in time.
    var isTimeout: Bool { Self.timeouts.contains(self) }
}
