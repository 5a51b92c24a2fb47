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
                .publishedTooBriefly(
                    publishAhead: .seconds(600), maxAge: .seconds(300), clockSkew: .seconds(60), needed: .seconds(660))
            ),
            (
                policy(2_592_000, 659, 300, 3_600, 60),
                .publishedTooBriefly(
                    publishAhead: .seconds(659), maxAge: .seconds(300), clockSkew: .seconds(60), needed: .seconds(660))
            ),
            (
                policy(3_600, 86_400, 300, 600, 60),
                .dueBeforeItsSuccessor(activePeriod: .seconds(3_600), publishAhead: .seconds(86_400))
            ),
            (
                policy(3_600, 1_800, 300, 3_600, 60),
                .outlivedByAToken(
                    activePeriod: .seconds(3_600), tokenLifetime: .seconds(3_600), clockSkew: .seconds(60),
                    needed: .seconds(3_660))
            ),
        ] as [(KeyPolicy, KeyPolicy.Contradiction)])
    func refused(_ policy: KeyPolicy, _ contradiction: KeyPolicy.Contradiction) {
        #expect(policy.contradiction == contradiction)
    }
}
