// AuthHTTP owns the way from a socket to a use case and back. It must not know SQL, a setting or a rule.

package import AuthCore
package import Logging
package import Metrics

/// The HTTP side of the server: listens, answers, and on shutdown finishes what is in flight.
package struct HTTPService: Sendable {
    private let host: String
    private let port: Int
    private let inheritedSocket: CInt?
    private let limit: ConnectionLimit
    private let certificate: CurrentCertificate?
    private let routes: Routes
    private let trustedProxies: TrustedProxies
    private let keyRing: CurrentKeyRing
    private let time: any TimeSource
    private let logger: Logger
    private let metrics: any MetricsFactory
    private let untrustedProxy: UntrustedProxy
    private let onListening: @Sendable (_ port: Int) async -> Void

    /// - Parameters:
    ///   - port: 0 for one that the system chooses.
    ///   - inheritedSocket: one that listens already, in place of `host` and `port`, and goes on when this ends.
    ///   - limit: of connections; where there is no room, the longest idle ones make some.
    ///   - certificate: with which the port speaks TLS, and nothing else; nil for HTTP alone.
    ///   - trustedProxies: whose `X-Forwarded-For` and `X-Request-Id` are believed.
    ///   - untrustedProxy: notices who forwards for others, and is not among them.
    ///   - keyRing: what the documents are made from; nothing is answered before there is a key.
    ///   - onListening: told the port.
    package init(
        host: String, port: Int, inheritedSocket: CInt? = nil, limit: ConnectionLimit = ConnectionLimit(10_000),
        certificate: CurrentCertificate? = nil, routes: Routes, trustedProxies: TrustedProxies,
        untrustedProxy: UntrustedProxy = UntrustedProxy { _ in }, keyRing: CurrentKeyRing, time: any TimeSource,
        logger: Logger,
        metrics: any MetricsFactory = MetricsSystem.factory,
        onListening: @escaping @Sendable (_ port: Int) async -> Void
    ) {
        self.host = host
        self.port = port
        self.inheritedSocket = inheritedSocket
        self.limit = limit
        self.certificate = certificate
        self.routes = routes
        self.trustedProxies = trustedProxies
        self.untrustedProxy = untrustedProxy
        self.keyRing = keyRing
        self.time = time
        self.logger = logger
        self.metrics = metrics
        self.onListening = onListening
    }

    /// Serves until the task is cancelled or the service group shuts down.
    /// - Throws: ``ListenError`` where it cannot listen.
    package func run() async throws {
        // The first key of a new database is still being made: nothing is answered before it is there.
        _ = try await keyRing.first()
        let documents = routes.documents.flatMap { Route.document($0, keyRing, time) }
        let all = routes.ordinary + documents
        let metrics = HTTPMetrics(self.metrics, routes: Set(all.map(\.label)))
        let refusals = RefusalLog(time: time, logger: logger)
        let responder = Responder(
            table: RouteTable(all), trustedProxies: trustedProxies, untrustedProxy: untrustedProxy, time: time,
            logger: logger, metrics: metrics, refusals: refusals)
        let fastPath = FastPath(
            documents: PrerenderedDocuments(routes.documents, keyRing: keyRing, time: time, metrics: metrics),
            trustedProxies: trustedProxies)
        let listener = Listener(
            host: host, port: port, inheritedSocket: inheritedSocket, limit: limit, trustedProxies: trustedProxies,
            certificate: certificate, logger: logger, fastPath: fastPath,
            responder: responder)
        // Ends with this call, as every child of it.
        async let _: Void = refusals.watch()
        do {
            try await listener.run(onListening: onListening)
        } catch {
            throw ListenError(error, host: host, port: port) ?? error
        }
    }
}
