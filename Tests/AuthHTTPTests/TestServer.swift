import AuthCore
import AuthHTTP
import AuthTestSupport
import Logging
import MetricsTestKit

/// A server in this process, on a port of its own, over a store in memory and a clock that the test turns.
struct TestServer: Sendable {
    /// What a test may want otherwise.
    struct Setup: Sendable {
        /// Asked by the use cases in place of `hasher`, which it may ask in turn.
        var slowHasher: (any PasswordHasher)?
        /// 0 turns a limit off.
        var authLimit = RateLimit(limit: 0, window: .seconds(1))
        /// Of short requests to `/authorize`; nil for `authLimit`.
        var authorizeLimit: RateLimit?
        /// Of clients that cannot prove themselves.
        var clientLimit = RateLimit(limit: 0, window: .seconds(1), name: "client")
        var registerLimit = RateLimit(limit: 0, window: .seconds(1))
        var trustedProxies = TrustedProxies.none
        var allowsExpired = true
        var registrationIsOpen = true
        var generatedMustChange = false
        var longestMaxAge: Duration = .seconds(300)
        var issuer = "http://issuer.example"
        var offersOAuth = true
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        var now = Sample.now
        /// 0: one that the system chooses.
        var port = 0
        var limit = ConnectionLimit(10_000)
        var certificate: CurrentCertificate?
        var branding = Branding(name: "Example")
    }

    let port: Int
    let store: TestStore
    let hasher: FakePasswordHasher
    let keyRing: CurrentKeyRing
    let verifiers: KeyPropagationTracker
    let time: ManualTimeSource
    let metrics: TestMetrics

    /// Starts a server, runs `body` against it, and stops it.
    static func with(
        _ setup: Setup = Setup(), _ body: (TestServer) async throws -> Void
    ) async throws {
        let store = TestStore()
        let hasher = FakePasswordHasher()
        let keyRing = CurrentKeyRing()
        let time = ManualTimeSource(setup.now)
        let metrics = TestMetrics()
        let verifiers = KeyPropagationTracker(time: time)
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, .active))
            try transaction.insert(Sample.user("alice", email: "alice@example.org"))
        }
        keyRing.publish(try TestKeys.ring())
        let signer = TokenSigner(
            keyRing: keyRing, executor: ImmediateExecutor(), time: time, clockSkew: .seconds(60), refreshKeyRing: {})
        let configuration = LogIn.Configuration(
            issuer: setup.issuer, audience: "http://audience.example", lifetime: .seconds(3_600))
        let asked = setup.slowHasher ?? hasher
        let delays = Sample.delays(time: time, logger: setup.logger)
        let loginLog = LoginLog(logger: setup.logger)
        let hint = IDTokenHint(keyRing: keyRing, issuer: setup.issuer, store: store, time: time)
        let authorize = Authorize(
            store: store, hasher: asked, log: loginLog, delays: delays, time: time,
            userOfHint: hint.user)
        let pages = Pages(issuer: setup.issuer, branding: setup.branding)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let routes = Routes(
            logIn: LogInEndpoint(
                logIn: LogIn(
                    configuration: configuration, store: store, hasher: asked,
                    log: loginLog, delays: delays, signer: signer, time: time),
                allowsExpired: setup.allowsExpired, metrics: metrics),
            logInLimit: SlidingWindowLimiter(limit: setup.authLimit, time: time),
            changePassword: ChangePasswordEndpoint(
                changePassword: ChangePassword(
                    store: store, hasher: asked, log: loginLog, delays: delays, time: time)),
            register: RegisterEndpoint(
                register: Register(
                    store: store, hasher: asked, time: time, isOpen: setup.registrationIsOpen,
                    generatedMustChange: setup.generatedMustChange)),
            registerLimit: SlidingWindowLimiter(limit: setup.registerLimit, time: time),
            authorize: AuthorizeEndpoint(authorize: authorize, pages: pages),
            authorizeLimits: AuthorizeLimits(
                usual: SlidingWindowLimiter(limit: setup.authorizeLimit ?? setup.authLimit, time: time),
                long: SlidingWindowLimiter(limit: setup.authLimit, time: time)),
            signIn: SignInEndpoint(authorize: authorize, pages: pages, metrics: metrics),
            logout: LogoutEndpoint(
                signOut: SignOut(store: store, time: time, hint: hint), pages: pages),
            account: account(store, hasher: asked, loginLog, delays, authorize, pages, time), pages: pages,
            oauth: try await oauth(setup, store, keyRing, signer, time, metrics),
            offersOAuth: setup.offersOAuth,
            ready: ReadyEndpoint(keyRing: keyRing) { (try? await store.ping()) != nil },
            issuer: setup.issuer, longestMaxAge: setup.longestMaxAge, propagation: verifiers)
        let service = HTTPService(
            host: "127.0.0.1", port: setup.port, limit: setup.limit, certificate: setup.certificate, routes: routes,
            trustedProxies: setup.trustedProxies,
            keyRing: keyRing, time: time, logger: setup.logger, metrics: metrics
        ) { listening in
            port.yield(listening)
        }
        let running = Task {
            defer { port.finish() }
            try await service.run()
        }
        guard let listening = await ports.first(where: { _ in true }) else { return try await running.value }
        let server = TestServer(
            port: listening, store: store, hasher: hasher, keyRing: keyRing, verifiers: verifiers, time: time,
            metrics: metrics)
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body(server))
        } catch {
            outcome = .failure(error)
        }
        running.cancel()
        _ = await running.result
        try outcome.get()
    }

    func connect() throws -> RawConnection { try RawConnection.open(port: port) }

    /// The one response to `request`, on a connection of its own.
    func answer(_ request: [UInt8], to method: String = "GET") async throws -> RawResponse {
        let connection = try connect()
        try await connection.send(request)
        return try await connection.response(to: method)
    }

    /// Answers that the fast path has given so far.
    var fastAnswers: Int64 {
        func isOurs(_ dimensions: [(String, String)]) -> Bool { !dimensions.contains { $0 == ("route", "other") } }
        let all = metrics.counters(label: "jwks_http_requests_total").filter { isOurs($0.dimensions) }
        // Those of the ordinary routes are timed.
        let ordinary = metrics.timers(label: "jwks_http_request_duration_seconds").filter { isOurs($0.dimensions) }
        return all.reduce(0) { $0 + $1.totalValue } - Int64(ordinary.reduce(0) { $0 + $1.values.count })
    }

    /// Whether the server still does its work.
    func isAlive() async throws -> Bool { try await answer(RawRequest.get("/ping")).status == 200 }
}
