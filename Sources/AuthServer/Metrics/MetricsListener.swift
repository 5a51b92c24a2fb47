import AuthCore
import AuthHTTP
import Logging
import ServiceLifecycle

/// The port that metrics are read on, apart from the public one: a scrape tells more than a stranger is to know.
struct MetricsListener: Service {
    /// It cannot listen.
    struct Failure: Error {
        let reason: ListenError
    }

    /// Whoever scrapes keeps one.
    private static let connections = 16
    private let http: HTTPService

    init(
        _ address: MetricsSettings.Address, _ metrics: PrometheusMetrics, keyRing: CurrentKeyRing,
        time: any TimeSource, logger: Logger
    ) {
        var named = logger
        named[metadataKey: "listener"] = "metrics"
        http = HTTPService(
            host: address.host, port: address.port, limit: ConnectionLimit(Self.connections),
            routes: .metrics { metrics.text() }, trustedProxies: .none, keyRing: keyRing, time: time, logger: named
        ) { port in
            logger.info("metrics can be read", metadata: ["host": "\(address.host)", "port": "\(port)"])
        }
    }

    func run() async throws {
        do {
            try await http.run()
        } catch let error as ListenError {
            throw Failure(reason: error)
        }
    }

    /// - Throws: ``Failure`` where nobody could listen now.
    static func check(_ address: MetricsSettings.Address) throws {
        do {
            try ListenError.check(host: address.host, port: address.port)
        } catch let error as ListenError {
            throw Failure(reason: error)
        }
    }
}
