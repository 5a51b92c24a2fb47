import AuthCore
import AuthHTTP
import AuthSodium
import Logging
import Metrics

/// What the server is put together from.
extension Server {
    /// How many connections there may be, as the settings and the machine allow.
    static func connectionLimit(_ settings: Settings, _ logger: Logger) -> ConnectionLimit {
        let listener = settings.listener
        let limit = HostResources.current.connectionLimit(
            listener.connections, perAddress: listener.connectionsPerAddress, isEncrypted: settings.tls.files != nil,
            files: HostResources.raiseFileLimit())
        if let wanted = listener.connections, wanted > limit.limit {
            logger.warning(
                "JWKS_CONNECTIONS is more than the limit of open files allows (ulimit -n)",
                metadata: ["wanted": "\(wanted)", "limit": "\(limit.limit)"])
        }
        return limit
    }

    /// What the watchdog asks. A PostgreSQL that is away is mended elsewhere, and a restart would take the JWK Set with it,
    /// which is served meanwhile: there it is enough that the question comes back.
    static func parts(_ app: UnlockedApp, _ store: WatchedStore) -> [Watchdog.Part] {
        let (workers, database) = (app.app.workers, app.database)
        return [
            Watchdog.Part(name: "an event loop") {
                await EventLoops.answer()
                return true
            },
            Watchdog.Part(name: "the worker pool") { (try? await workers.ask {}) != nil },
            Watchdog.Part(name: "the signing threads") { (try? await workers.run(on: .sign) {}) != nil },
            Watchdog.Part(name: "the database") {
                let takesWrites = await store.takesWrites()
                return switch database {
                case .sqlite: takesWrites
                case .postgres: true
                }
            },
        ]
    }

    /// What signs, under the keys that the store still lets sign.
    static func signer(
        _ app: UnlockedApp, _ keyRing: CurrentKeyRing, _ rotationLoop: KeyRotationLoop
    ) -> TokenSigner {
        TokenSigner(
            keyRing: keyRing, executor: app.app.workers, time: app.time,
            clockSkew: app.settings.keys.policy.clockSkew
        ) {
            try await rotationLoop.refresh()
        }
    }

    /// Who answers which request.
    static func routes(
        _ app: UnlockedApp, _ keyRing: CurrentKeyRing, _ rotationLoop: KeyRotationLoop,
        _ tracker: KeyPropagationTracker, _ refreshKeys: RefreshTokenKeys, _ logger: Logger,
        metrics: any MetricsFactory, branding: Branding, ready: ReadyEndpoint
    ) -> Routes {
        let (settings, store) = (app.settings, app.store)
        let signer = signer(app, keyRing, rotationLoop)
        let log = LoginLog(logger: logger)
        let delays = app.loginDelays(logger)
        let logIn = LogIn(
            configuration: LogIn.Configuration(
                issuer: settings.tokens.issuer, audience: settings.tokens.audience,
                lifetime: settings.tokens.lifetime),
            store: store, hasher: app.app.hasher, log: log, delays: delays, signer: signer,
            time: app.time)
        let changePassword = ChangePassword(
            store: store, hasher: app.app.hasher, log: log, delays: delays, session: settings.sessions.policy,
            time: app.time)
        let account = OwnAccount(store: store, policy: settings.sessions.policy, time: app.time)
        let register = app.app.register(in: store, isOpen: settings.accounts.registrationIsOpen)
        var policy = Authorize.Policy()
        policy.session = settings.sessions.policy
        policy.refreshable = settings.sessions.refreshing.absolute
        let hint = IDTokenHint(
            keyRing: keyRing, issuer: settings.tokens.issuer, store: store, time: app.time)
        let authorize = Authorize(
            store: store, hasher: app.app.hasher, log: log, delays: delays, policy: policy, time: app.time,
            userOfHint: hint.user)
        let pages = Pages(issuer: settings.tokens.issuer, branding: branding)
        return Routes(
            logIn: LogInEndpoint(logIn: logIn, allowsExpired: settings.tokens.allowsExpired, metrics: metrics),
            logInLimit: app.rateLimiter(name: "auth"),
            changePassword: ChangePasswordEndpoint(changePassword: changePassword),
            register: RegisterEndpoint(register: register), registerLimit: app.rateLimiter(name: "register"),
            authorize: AuthorizeEndpoint(authorize: authorize, pages: pages),
            authorizeLimits: AuthorizeLimits(
                usual: app.rateLimiter(name: "authorize", times: AuthorizeLimits.factor),
                long: app.rateLimiter(name: "authorize-long")),
            signIn: SignInEndpoint(authorize: authorize, pages: pages, metrics: metrics),
            logout: LogoutEndpoint(
                signOut: SignOut(store: store, time: app.time, hint: hint), pages: pages),
            account: AccountEndpoints(
                overview: AccountEndpoint(account: account, authorize: authorize, pages: pages),
                password: ChangePasswordPageEndpoint(
                    changePassword: changePassword, account: account, pages: pages)),
            pages: pages,
            oauth: app.oauthEndpoints(keyRing, signer, refreshKeys, logger, metrics: metrics),
            offersOAuth: settings.tokens.oauthObstacle == nil, ready: ready,
            issuer: settings.tokens.issuer, longestMaxAge: settings.keys.policy.maxAge,
            propagation: tracker)
    }
}
