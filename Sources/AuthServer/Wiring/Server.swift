import AuthCore
import AuthHTTP
import AuthSodium
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

// Here, so that AuthHTTP need not know how its service is run beside others.
extension HTTPService: Service {}

/// The server: the unlocked program with what runs for as long as it serves.
struct Server {
    /// What is finished within this is finished; the contract allows 5 s from SIGTERM to the exit.
    private static let longestShutdown: Duration = .seconds(3)

    private let rotation: KeyRotationService
    private let watch: DatabaseWatch
    private let http: HTTPService
    private let logger: Logger

    init(_ app: UnlockedApp, logger: Logger) {
        let settings = app.settings
        let keyRing = CurrentKeyRing()
        let tracker = KeyPropagationTracker(time: app.time)
        let node = "\(HostResources.hostName):\(settings.listener.port)"
        let rotationLoop = KeyRotationLoop(
            rotate: app.rotateKeys, sealer: app.sealer, keyRing: keyRing, store: app.store, tracker: tracker,
            node: node, time: app.time, logger: logger)
        self.logger = logger
        rotation = KeyRotationService(
            loop: rotationLoop, keyRing: keyRing, changes: app.database.changeFeed, logger: logger)
        watch = DatabaseWatch(database: app.database, time: app.time, logger: logger)
        let hasher = app.app.hasher
        http = HTTPService(
            host: settings.listener.host, port: settings.listener.port,
            connectionLimit: HostResources.connections(files: HostResources.raiseFileLimit()),
            routes: Self.routes(app, keyRing, rotationLoop, tracker, UnreadableHashes(logger: logger)),
            trustedProxies: settings.rateLimits.trustedProxies, keyRing: keyRing, time: app.time, logger: logger
        ) { port in
            logger.info("listening", metadata: ["host": "\(settings.listener.host)", "port": "\(port)"])
            // One hash, once nobody waits for the start any more: it tells what every login will cost.
            guard let memory = try? await hasher.hashingMemory() else { return }
            logger.info("memory of password hashes", metadata: ["is": "\(memory)"])
        }
    }

    private static func routes(
        _ app: UnlockedApp, _ keyRing: CurrentKeyRing, _ rotationLoop: KeyRotationLoop,
        _ tracker: KeyPropagationTracker, _ unreadable: UnreadableHashes
    ) -> Routes {
        let (settings, store) = (app.settings, app.store)
        let signer = TokenSigner(
            keyRing: keyRing, executor: app.app.workers, time: app.time, clockSkew: settings.keys.policy.clockSkew
        ) {
            try await rotationLoop.refresh()
        }
        let logIn = LogIn(
            configuration: LogIn.Configuration(
                issuer: settings.tokens.issuer, audience: settings.tokens.audience,
                lifetime: settings.tokens.lifetime),
            store: store, hasher: app.app.hasher, unreadable: unreadable, signer: signer, time: app.time)
        let register = app.app.register(in: store, isOpen: settings.accounts.registrationIsOpen)
        return Routes(
            logIn: LogInEndpoint(logIn: logIn, allowsExpired: settings.tokens.allowsExpired),
            logInLimit: app.rateLimiter(name: "auth"),
            register: RegisterEndpoint(register: register), registerLimit: app.rateLimiter(name: "register"),
            ready: ReadyEndpoint(keyRing: keyRing) { (try? await store.ping()) != nil },
            issuer: settings.tokens.issuer, longestMaxAge: settings.keys.policy.maxAge, propagation: tracker)
    }

    /// Opens the database and serves until a signal ends it.
    /// - Throws: with one line for the operator.
    static func run(_ settings: Settings, secret: Secret) async throws {
        try ListenError.check(host: settings.listener.host, port: settings.listener.port)
        let logger = Logger(label: "jwks-server") { _ in
            LineLogHandler(format: settings.logging.format, logLevel: settings.logging.level)
        }
        let app = try await App(settings).unlock(with: secret)
        defer { app.database.close() }
        if settings.rateLimits.limit.limit == 0 {
            logger.warning("JWKS_RATE_LIMIT is 0: nothing slows down who guesses passwords")
        }
        try await Server(app, logger: logger).run()
    }

    private func run() async throws {
        var configuration = ServiceGroupConfiguration(
            // Stopped in reverse: the keys are kept as long as a login may still want one.
            services: [.init(service: rotation), .init(service: watch), .init(service: http)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = Self.longestShutdown
        try await ServiceGroup(configuration: configuration).run()
        logger.info("stopped")
    }
}
