import AuthCore
import AuthHTTP
import AuthSodium
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// The wiring: the only place that knows every module.
enum Server {
    /// What is finished within this is finished; the contract allows 5 s from SIGTERM to the exit.
    private static let longestShutdown: Duration = .seconds(3)
    /// Ticks, of a second at most, after which the start is over: the keys are made and the first clients were served.
    private static let settledAfter = 3

    static func run(_ settings: Settings, secret: Secret) async throws {
        raiseFileLimit()
        try ListenError.check(host: settings.host, port: settings.port)
        let logger = makeLogger(settings)
        let time = SystemTimeSource()
        let pool = WorkerPool(threads: settings.hashThreads, deadline: settings.hashDeadline, time: time)
        let (database, sealer) = try await OpenDatabase.open(settings, secret: secret, executor: pool, time: time)
        let store = database.store

        if settings.rateLimit.limit == 0 {
            logger.warning("JWKS_RATE_LIMIT is 0: nothing slows down who guesses passwords")
        }
        let keyRing = CurrentKeyRing()
        let verifiers = KeyPropagationTracker(time: time)
        let rotationLoop = KeyRotationLoop(
            rotate: RotateKeys(
                schedule: KeySchedule(policy: settings.keyPolicy), store: store, sealer: sealer, executor: pool,
                bits: settings.keyBits),
            sealer: sealer, keyRing: keyRing, store: store, verifiers: verifiers, time: time, logger: logger)
        let http = makeHTTPService(settings, database, pool, keyRing, verifiers, rotationLoop, time, logger)

        var configuration = ServiceGroupConfiguration(
            // Stopped in reverse: the keys are kept as long as a login may still want one.
            services: [
                .init(service: LoopService { try await keep(rotationLoop, keyRing, database.changeFeed, logger) }),
                .init(service: LoopService { try await http.run() }),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = longestShutdown
        defer { database.close() }
        try await ServiceGroup(configuration: configuration).run()
        logger.info("stopped")
    }

    private static func makeHTTPService(
        _ settings: Settings, _ database: OpenedStore, _ pool: WorkerPool, _ keyRing: CurrentKeyRing,
        _ verifiers: KeyPropagationTracker, _ rotationLoop: KeyRotationLoop, _ time: any TimeSource, _ logger: Logger
    ) -> HTTPService {
        let store = database.store
        let wholeFleet = settings.limitsWholeFleet
        var registerLimit = settings.rateLimit
        registerLimit.name = "register"
        let hasher = SodiumPasswordHasher(parameters: settings.argon2, pool: pool)
        let issuer = TokenIssuer(configuration: settings.tokens, keyRing: keyRing, executor: pool, time: time) {
            try await rotationLoop.refresh()
        }
        let routes = Routes(
            logIn: LogInEndpoint(
                logIn: LogIn(store: store, hasher: hasher, issuer: issuer, time: time),
                allowsExpired: settings.allowsExpired),
            logInLimit: database.limiter(settings.rateLimit, wholeFleet: wholeFleet, time: time),
            register: RegisterEndpoint(
                register: Register(store: store, hasher: hasher, time: time, isOpen: settings.registrationIsOpen)),
            registerLimit: database.limiter(registerLimit, wholeFleet: wholeFleet, time: time),
            ready: ReadyEndpoint(keyRing: keyRing) { (try? await store.read { _ in true }) ?? false },
            issuer: settings.tokens.issuer, longestMaxAge: settings.keyPolicy.maxAge, propagation: verifiers)
        return HTTPService(
            host: settings.host, port: settings.port, routes: routes, trustedProxies: settings.trustedProxies,
            keyRing: keyRing, time: time, logger: logger
        ) { port in
            logger.info("listening", metadata: ["host": "\(settings.host)", "port": "\(port)"])
        }
    }

    /// Ticks the rotationLoop for ever. A store that does not answer stops nothing: the JWK Set is served from memory. Only a
    /// start without any key ends here.
    private static func keep(
        _ rotationLoop: KeyRotationLoop, _ keyRing: CurrentKeyRing, _ changes: any ChangeFeed, _ logger: Logger
    ) async throws {
        var isFailing = false
        var ticks = 0
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            var pause = KeyRotationLoop.longestSleep
            do {
                pause = try await rotationLoop.tick()
                if isFailing { logger.notice("the keys are kept again") }
                isFailing = false
            } catch {
                guard keyRing.current != nil else { throw error }
                if !isFailing { logger.error("the keys cannot be kept", metadata: ["reason": "\(error)"]) }
                isFailing = true
            }
            ticks += 1
            if ticks == settledAfter { StartupPages.release() }
            let sleep = pause
            await cancelWhenGracefulShutdown { await changes.wait(atMost: sleep) }
        }
    }

    private static func makeLogger(_ settings: Settings) -> Logger {
        Logger(label: "jwks-server") { label in
            LineLogHandler(label: label, format: settings.logFormat, logLevel: settings.logLevel)
        }
    }

    /// A connection is a file: the usual soft limit of 1,024 is too few for a fleet of verifiers.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}

/// A service that is one function.
private struct LoopService: Service {
    let body: @Sendable () async throws -> Void

    func run() async throws { try await body() }
}
