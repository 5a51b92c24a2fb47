package import AuthCore
import HTTPTypes

/// What answers, and with which limits: everything that the table of paths is made of.
package struct Routes: Sendable {
    private(set) var ordinary: [Route]
    let documents: [Document]

    /// The one path of the listener that metrics are read on.
    /// - Parameter text: writes what there is to say; must not wait.
    package static func metrics(_ text: @escaping @Sendable () -> [UInt8]) -> Routes {
        Routes(
            ordinary: [.get("/metrics", cache: .nothing, errors: .json, MetricsEndpoint(text: text))], documents: [])
    }

    private init(ordinary: [Route], documents: [Document]) {
        self.ordinary = ordinary
        self.documents = documents
    }

    /// Every path of the server, on one screen.
    ///
    /// - Parameters:
    ///   - logInLimit: counts requests to `/password` and forms of `/sign-in` and `/account/password` too, which are no second way to guess.
    ///   - oauth: what clients use.
    ///   - offersOAuth: whether any of it is there; the issuer may be none that OAuth can use.
    ///   - issuer: as it stands in the tokens: what the metadata says and where it is found follow from it.
    ///   - longestMaxAge: what a cache of a document is told where no change is nearer.
    package init(
        logIn: LogInEndpoint, logInLimit: any RateLimiter, changePassword: ChangePasswordEndpoint,
        register: RegisterEndpoint, registerLimit: any RateLimiter, authorize: AuthorizeEndpoint,
        authorizeLimits: AuthorizeLimits, signIn: SignInEndpoint, logout: LogoutEndpoint, account: AccountEndpoints,
        pages: Pages, oauth: OAuthEndpoints, offersOAuth: Bool, ready: ReadyEndpoint, issuer: String,
        longestMaxAge: Duration, propagation: KeyPropagationTracker
    ) {
        let issuer = IssuerIdentifier(text: issuer)
        let house: [Route] = [
            .get("/", cache: .nothing, errors: .json, FrontPageEndpoint(issuer: issuer, offersOAuth: offersOAuth)),
            .post("/auth", limit: logInLimit, errors: .json, logIn),
            .post("/password", limit: logInLimit, errors: .json, changePassword),
            .post("/register", limit: registerLimit, errors: .json, register),
            .get("/health/live", errors: .json, LiveEndpoint()),
            .get("/health/ready", errors: .json, ready),
        ]
        let clients: [Route] = [
            .page(
                "/authorize", limit: authorizeLimits.usual, readingCounts: true, limitOfLong: authorizeLimits.long,
                pages, authorize),
            .page("/sign-in", limit: logInLimit, pages, signIn),
            .page("/logout", limit: authorizeLimits.usual, readingCounts: true, pages, logout),
            .page("/account", limit: authorizeLimits.usual, readingCounts: true, pages, account.overview),
            .page("/account/password", limit: logInLimit, pages, account.password),
            .get("/.well-known/change-password", cache: .nothing, errors: .json, ChangePasswordLinkEndpoint()),
            .oauth("/token", oauth.token, beginsAtOnce: true),
            .oauth("/revoke", oauth.revoke),
            .oauth("/introspect", oauth.introspect),
            .oauth("/userinfo", oauth.userInfo, methods: [.get, .head, .post], errors: .bearer),
        ]
        ordinary = house + (offersOAuth ? clients + pages.assets.map(Route.asset) : [])
        documents = [
            .ping,
            .keySet(of: issuer, longestMaxAge: longestMaxAge, propagation: propagation),
            .metadata(
                of: issuer, paths: Set(ordinary.map(\.path).compactMap(OAuthPath.init)), longestMaxAge: longestMaxAge),
            .openAPI(longestMaxAge: longestMaxAge),
        ]
    }
}
