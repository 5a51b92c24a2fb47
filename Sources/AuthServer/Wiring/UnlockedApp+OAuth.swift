import AuthCore
import AuthHTTP
import Logging
import Metrics

extension UnlockedApp {
    /// What OAuth clients and resource servers use.
    func oauthEndpoints(
        _ keyRing: CurrentKeyRing, _ signer: TokenSigner, _ refreshKeys: RefreshTokenKeys, _ logger: Logger,
        metrics: any MetricsFactory
    ) -> OAuthEndpoints {
        let tokens = AccessTokens(keyRing: keyRing, issuer: settings.tokens.issuer, time: time)
        let failures = ClientFailures(limit: rateLimiter(name: "client"))
        let reuses = Timer(label: "jwks_refresh_reuse_age_seconds", factory: metrics)
        let issueTokens = IssueTokens(
            configuration: IssueTokens.Configuration(
                issuer: settings.tokens.issuer, audience: settings.tokens.audience,
                lifetimes: TokenLifetimes(refresh: settings.sessions.refreshing)),
            store: store, signer: signer, refreshKeys: refreshKeys, time: time, logger: logger,
            noteReuse: { reuses.recordNanoseconds($0.age.nanoseconds) })
        return OAuthEndpoints(
            token: TokenEndpoint(issueTokens: issueTokens, failures: failures, metrics: metrics),
            revoke: RevokeEndpoint(
                revokeToken: RevokeToken(store: store, tokens: tokens, refreshKeys: refreshKeys, time: time),
                failures: failures),
            introspect: IntrospectEndpoint(
                introspectToken: IntrospectToken(store: store, tokens: tokens, refreshKeys: refreshKeys, time: time),
                failures: failures),
            userInfo: UserInfoEndpoint(readUserInfo: ReadUserInfo(store: store, tokens: tokens)))
    }
}
