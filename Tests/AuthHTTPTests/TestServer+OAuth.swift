import AuthCore
import AuthHTTP
import AuthTestSupport
import MetricsTestKit

extension TestServer {
    /// What OAuth clients use, over the same store and clock.
    static func oauth(
        _ setup: Setup, _ store: TestStore, _ keyRing: CurrentKeyRing, _ signer: TokenSigner, _ time: ManualTimeSource,
        _ metrics: TestMetrics
    ) async throws -> OAuthEndpoints {
        let (key, record) = try KeyEncryptionKey.make(
            from: Sample.masterKey, at: Sample.now, derivation: FakeKeyDerivation())
        try await store.write { transaction in try transaction.insert(record) }
        let refreshKeys = RefreshTokenKeys(store: store, sealer: KeySealer(key), time: time, logger: setup.logger)
        let tokens = AccessTokens(keyRing: keyRing, issuer: setup.issuer, time: time)
        let failures = ClientFailures(limit: SlidingWindowLimiter(limit: setup.clientLimit, time: time))
        let issueTokens = IssueTokens(
            configuration: IssueTokens.Configuration(issuer: setup.issuer, audience: "http://audience.example"),
            store: store, signer: signer, refreshKeys: refreshKeys, time: time, logger: setup.logger)
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
