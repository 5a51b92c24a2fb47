package import AuthCore
package import Logging
package import Metrics

/// The HTTP side of the server: listens, answers, and on shutdown finishes what is in flight.
package struct HTTPService: Sendable {
    /// The rules that the routes call.
    package struct UseCases: Sendable {
        package var register: Register
        package var logIn: LogIn
        package var isStoreReachable: @Sendable () async -> Bool

        package init(
            register: Register, logIn: LogIn, isStoreReachable: @escaping @Sendable () async -> Bool
        ) {
            self.register = register
            self.logIn = logIn
            self.isStoreReachable = isStoreReachable
        }
    }

    /// What the routes need to know beside the rules.
    package struct Configuration: Sendable {
        package var host: String
        package var port: Int
        package var keyRing: CurrentKeyRing
        package var verifiers: KeyPropagationTracker
        package var authLimiter: any RateLimiter
        package var registerLimiter: any RateLimiter
        package var trustedProxies: TrustedProxies
        package var allowsExpired: Bool
        package var longestMaxAge: Duration
        package var time: any TimeSource
        package var logger: Logger
        package var metrics: any MetricsFactory

        package init(
            host: String, port: Int, keyRing: CurrentKeyRing, verifiers: KeyPropagationTracker,
            authLimiter: any RateLimiter,
            registerLimiter: any RateLimiter, trustedProxies: TrustedProxies, allowsExpired: Bool,
            longestMaxAge: Duration, time: any TimeSource, logger: Logger,
            metrics: any MetricsFactory = MetricsSystem.factory
        ) {
            self.host = host
            self.port = port
            self.keyRing = keyRing
            self.verifiers = verifiers
            self.authLimiter = authLimiter
            self.registerLimiter = registerLimiter
            self.trustedProxies = trustedProxies
            self.allowsExpired = allowsExpired
            self.longestMaxAge = longestMaxAge
            self.time = time
            self.logger = logger
            self.metrics = metrics
        }
    }

    private let useCases: UseCases
    private let configuration: Configuration
    private let onListening: @Sendable (_ port: Int) async -> Void

    /// - Parameter onListening: told the port, which the system chose where the configuration says 0.
    package init(
        useCases: UseCases, configuration: Configuration, onListening: @escaping @Sendable (_ port: Int) async -> Void
    ) {
        self.useCases = useCases
        self.configuration = configuration
        self.onListening = onListening
    }

    package func run() async throws {
        // The first key of a new database is still being made: nothing is answered before it is there.
        _ = await configuration.keyRing.first()
        let documents = PrerenderedDocuments(
            keyRing: configuration.keyRing, longestMaxAge: configuration.longestMaxAge, time: configuration.time,
            verifiers: configuration.verifiers, metrics: configuration.metrics)
        let time = configuration.time
        let ordinary = HummingbirdBridge(
            Routes(useCases: useCases, configuration: configuration), date: { httpDate(time.now) },
            logger: configuration.logger)
        let listener = Listener(
            host: configuration.host, port: configuration.port, responses: documents, ordinary: ordinary)
        do {
            try await listener.run(onListening: onListening)
        } catch {
            throw ListenError(error, host: configuration.host, port: configuration.port) ?? error
        }
    }
}
