import AuthCore
import Testing

@Suite("KeyPolicy") struct KeyPolicyTests {
    /// active period, publish-ahead, max-age, token lifetime, skew, all in seconds.
    private static func policy(
        _ active: Int64, _ ahead: Int64, _ maxAge: Int64, _ lifetime: Int64, _ skew: Int64
    ) -> KeyPolicy {
        KeyPolicy(
            activePeriod: .seconds(active), publishAhead: .seconds(ahead), maxAge: .seconds(maxAge),
            tokenLifetime: .seconds(lifetime), clockSkew: .seconds(skew))
    }

    @Test(
        "accepts periods that keep every verifier whole",
        arguments: [
            policy(2_592_000, 86_400, 300, 3_600, 60), policy(6, 4, 1, 2, 0), policy(660, 660, 300, 600, 60),
            policy(100, 100, 50, 100, 0), policy(2, 2, 1, 1, 0),
        ])
    func accepted(_ policy: KeyPolicy) { #expect(policy.contradiction == nil) }

    @Test(
        "refuses others with the sum that fails",
        arguments: [
            (
                policy(2_592_000, 600, 300, 3_600, 60),
                "JWKS_KEY_PUBLISH_AHEAD (10m) must be at least 2 × JWKS_MAX_AGE + JWKS_CLOCK_SKEW"
                    + " = 2 × 5m + 1m = 11m: else a key signs while a verifier's cache may lack it"
            ),
            (
                policy(2_592_000, 659, 300, 3_600, 60),
                "JWKS_KEY_PUBLISH_AHEAD (659s) must be at least 2 × JWKS_MAX_AGE + JWKS_CLOCK_SKEW"
                    + " = 2 × 5m + 1m = 11m: else a key signs while a verifier's cache may lack it"
            ),
            (
                policy(3_600, 86_400, 300, 600, 60),
                "JWKS_KEY_ACTIVE_PERIOD (1h) must be at least JWKS_KEY_PUBLISH_AHEAD"
                    + " (1d): else a key is due before its successor may sign"
            ),
            (
                policy(3_600, 1_800, 300, 3_600, 60),
                "JWKS_KEY_ACTIVE_PERIOD (1h) must be at least JWKS_TOKEN_LIFETIME +"
                    + " JWKS_CLOCK_SKEW = 1h + 1m = 61m: else a token could outlive its key"
            ),
        ])
    func refused(_ policy: KeyPolicy, _ reason: String) { #expect(policy.contradiction == reason) }
}
