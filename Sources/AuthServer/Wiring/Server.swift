import AuthCore
import AuthHTTP
import AuthOpenSSL
import AuthPostgres
import AuthSodium
import CLinux
import Glibc
import Logging
import ServiceLifecycle

// Here, so that AuthHTTP need not know how its service is run beside others.
extension HTTPService: Service {}

/// The server: the unlocked program with what runs for as long as it serves.
struct Server {
    /// What is finished within this is finished.
    private static let longestShutdown: Duration = .seconds(3)

    private let rotation: KeyRotationService
    /// Nil where everything is kept for ever.
    private let auditPruning: PruningService?
    private let accessPruning: PruningService
    /// Nil where there are no clients to tell.
    private let logouts: LogoutService?
    private let databaseWatch: DatabaseWatch
    private let probe: StoreProbeService
    private let startWatch: StartWatch
    private let certificates: CertificateService?
    private let keyExport: KeyExportService?
    private let http: HTTPService
    private let metricsListener: MetricsListener?
    private let manager: ServiceManager
    /// Nil where nobody waits for it.
    private let watchdog: Watchdog?
    private let draining = Draining()
    private let drainDelay: Duration
    /// Ends when a signal wants the server to stop.
    private let untilStopped: AsyncStream<Never>
    private let stopWatch: StopWatch
    private let logger: Logger

    private init(
        _ app: UnlockedApp, store: WatchedStore, manager: ServiceManager, certificates: CertificateService?,
        exports: KeyExportDirectory?, branding: Branding, refreshKeys: RefreshTokenKeys, signals: ProcessSignals?,
        metrics: ServerMetrics,
        logger: Logger, log: LogWriter
    ) {
        let settings = app.settings
        let keyRing = CurrentKeyRing()
        let tracker = KeyPropagationTracker(time: app.time)
        let (socket, listener) = (manager.inheritedSocket, settings.listener)
        let (host, port) = socket.map { ($0.host, $0.port) } ?? (listener.host, listener.port)
        let node = "\(HostResources.hostName):\(port)"
        let rotationLoop = KeyRotationLoop(
            rotate: app.rotateKeys, sealer: app.sealer, keyRing: keyRing, store: app.store,
            changes: app.database.changeFeed, tracker: tracker, node: node, time: app.time, logger: logger,
            rsaSignerMaker: { try OpenSSLSigner(pkcs8: $0) })
        self.logger = logger
        self.certificates = certificates
        drainDelay = settings.listener.drainDelay
        rotation = KeyRotationService(
            loop: rotationLoop, keyRing: keyRing, changes: app.database.changeFeed, time: app.time, logger: logger)
        keyExport = exports.map { directory in
            KeyExportService(directory: directory, keyRing: keyRing, workers: app.app.workers, logger: logger)
        }
        auditPruning = PruningService.audit(app, logger)
        accessPruning = PruningService.access(app, logger)
        logouts = LogoutService(
            app, Self.signer(app, keyRing, rotationLoop), logger, metrics: metrics.factory)
        databaseWatch = DatabaseWatch(database: app.database, time: app.time, logger: logger)
        probe = StoreProbeService(store: store)
        startWatch = StartWatch(keyRing: keyRing, logger: logger, log: log)
        stopWatch = StopWatch(logger: logger, log: log)
        let (untilStopped, stop) = AsyncStream.makeStream(of: Never.self)
        self.untilStopped = untilStopped
        self.manager = manager
        watchdog = manager.watchdogInterval.map { interval in
            Watchdog(manager: manager, interval: interval, parts: Self.parts(app, store), logger: logger)
        }
        let (hasher, workers) = (app.app.hasher, app.app.workers)
        metrics.read(workers: workers, keyRing: keyRing, certificates: certificates, log: log)
        metricsListener = metrics.listener(keyRing: keyRing, logger: logger)
        http = HTTPService(
            host: host, port: port, inheritedSocket: socket?.descriptor,
            limit: Self.connectionLimit(settings, logger), certificate: certificates?.current,
            routes: Self.routes(
                app, keyRing, rotationLoop, tracker, refreshKeys, logger, metrics: metrics.factory, branding: branding,
                ready: ReadyEndpoint(keyRing: keyRing, draining: draining) { await store.isReady() }),
            trustedProxies: settings.rateLimits.trustedProxies,
            untrustedProxy: UntrustedProxy { peer in
                logger.warning(
                    "X-Forwarded-For from a proxy that is not trusted: everybody behind it shares one limit; name it in JWKS_TRUSTED_PROXIES",
                    metadata: ["peer": "\(peer)"])
            }, keyRing: keyRing, time: app.time, logger: logger, metrics: metrics.factory
        ) { port in
            signals?.serve {
                stop.finish()
            } hangUp: {
                Task {
                    await manager.reloading {
                        guard let certificates else { return logger.info("SIGHUP: there is nothing to read again") }
                        // Files are read where waiting for them holds up nobody.
                        try? await workers.run(on: .generate) { certificates.readAgain() }
                    }
                }
            }
            logger.info(
                "listening",
                metadata: ["host": "\(host)", "port": "\(port)", "tls": certificates == nil ? "off" : "on"])
            if await !manager.isListening(host: host, port: port) {
                logger.warning("the service manager cannot be told that this server listens: see NOTIFY_SOCKET")
            }
            // One hash, once nobody waits for the start any more: it tells what every login will cost.
            guard let memory = try? await hasher.hashingMemory() else { return }
            logger.info("memory of password hashes", metadata: ["is": "\(memory)"])
        }
    }

    /// Opens the database and serves until a signal ends it.
    /// - Throws: with one line for the operator.
    static func run(_ settings: Settings, _ reader: SettingsReader, signals: ProcessSignals?) async throws {
        forbidDumps()
        let manager = try ServiceManager.current()
        if manager.inheritedSocket == nil {
            try ListenError.check(host: settings.listener.host, port: settings.listener.port)
        }
        if let address = settings.metrics.address { try MetricsListener.check(address) }
        let (format, time) = (settings.logging.format, SystemTimeSource())
        let writer = LogWriter { lost in
            format.line(at: time.now, .warning, "lines of the log were lost", ["count": "\(lost)"])
        }
        let logger = Logger(label: "jwks-server") { _ in
            LineLogHandler(
                format: format, logLevel: settings.logging.level, metadataProvider: .requestID, write: writer.write)
        }
        let result: Result<Void, any Error>
        do {
            result = .success(try await run(settings, reader, manager, signals, logger, writer))
        } catch {
            result = .failure(error)
        }
        await writer.flush()
        try result.get()
    }

    private static func run(
        _ settings: Settings, _ reader: SettingsReader, _ manager: ServiceManager, _ signals: ProcessSignals?,
        _ logger: Logger, _ log: LogWriter
    ) async throws {
        let warnings = try StartWarnings(settings, reader)
        let certificates = try settings.tls.files.map { files in
            try CertificateService(files, time: SystemTimeSource(), logger: logger)
        }
        let exports = try settings.keys.exportDirectory.map { try KeyExportDirectory(setting: $0) }
        let branding = try Branding(settings.pages)
        let opening = PostgresOpening.server(wait: settings.database.wait) { logger.note($0) }
        let metrics = ServerMetrics(settings.metrics, version: JWKSServer.version, time: SystemTimeSource())
        let unlocked = try await App(
            settings, origin: .server, opening: opening, hashWaited: metrics.hashWaited
        ).unlock(with: reader)
        defer { unlocked.database.close() }
        for warning in warnings.lines + settings.warnings { logger.warning("\(warning)") }
        let store = WatchedStore(metrics.measured(unlocked.store), time: unlocked.time, logger: logger) {
            RequestID.current != nil
        }
        let app = UnlockedApp(app: unlocked.app, database: unlocked.database, sealer: unlocked.sealer, store: store)
        let refreshKeys = RefreshTokenKeys(store: store, sealer: app.sealer, time: app.time, logger: logger)
        // Now, so that what is wrong with them is told at the start; the server does without.
        _ = await refreshKeys()
        try await Server(
            app, store: store, manager: manager, certificates: certificates, exports: exports, branding: branding,
            refreshKeys: refreshKeys, signals: signals, metrics: metrics, logger: logger, log: log
        ).run()
    }

    private func run() async throws {
        // Stopped in reverse: the keys are kept as long as a login may still want one.
        let services: [(any Service)?] = [
            metricsListener.map { stopWatch.watched($0, as: "answering scrapes") },
            certificates.map { stopWatch.watched($0, as: "watching the certificate") },
            keyExport.map { stopWatch.watched($0, as: "exporting the public keys") },
            stopWatch.watched(rotation, as: "keeping the keys"),
            stopWatch.watched(probe, as: "trying the database"),
            auditPruning.map { stopWatch.watched($0, as: "pruning the audit log") },
            stopWatch.watched(accessPruning, as: "pruning sessions and grants"),
            logouts.map { stopWatch.watched($0, as: "telling clients of logouts") },
            stopWatch.watched(databaseWatch, as: "watching the database's files"),
            stopWatch.watched(startWatch, as: "watching the start"),
            watchdog.map { stopWatch.watched($0, as: "telling the watchdog") },
            stopWatch.watched(http, as: "answering requests"),
        ]
        var configuration = ServiceGroupConfiguration(
            services: services.compactMap { $0 }.map { .init(service: $0) },
            logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = Self.longestShutdown
        let group = ServiceGroup(configuration: configuration)
        let stopping = Task {
            for await _ in untilStopped {}
            guard !Task.isCancelled else { return }
            draining.begin()
            manager.isStopping()
            logger.info("stopping", metadata: ["drain_delay": "\(drainDelay.settingText)"])
            try? await Task.sleep(for: drainDelay)
            stopWatch.begin()
            await group.triggerGracefulShutdown()
        }
        defer { stopping.cancel() }
        try await stopWatch.excusing { try await group.run() }
        logger.info("stopped")
    }

    /// A memory dump holds the keys: the system writes none, and no other process of this user reads our memory.
    private static func forbidDumps() {
        var limit = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &limit)
        _ = prctl_set_dumpable(0)
    }
}
