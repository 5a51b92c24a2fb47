import AuthCore
import AuthServer
import Testing

@Suite("Settings of keys") struct KeySettingsTests {
    private static let (ahead, active, maxAge, skew, lifetime) = (
        "JWKS_KEY_PUBLISH_AHEAD", "JWKS_KEY_ACTIVE_PERIOD", "JWKS_MAX_AGE", "JWKS_CLOCK_SKEW", "JWKS_TOKEN_LIFETIME"
    )

    @Test("have defaults") func defaults() throws {
        let keys = try settings().keys
        #expect(keys.bits == 2048 && keys.algorithms == [.rs256])
        #expect(
            keys.policy
                == KeyPolicy(
                    activePeriod: .seconds(2_592_000), publishAhead: .seconds(86_400), maxAge: .seconds(300),
                    tokenLifetime: .seconds(3_600), clockSkew: .seconds(60)))
    }

    @Test(
        "warn about a publish-ahead that real verifiers' caches outlive",
        arguments: [("3599s", true), ("1h", false), ("24h", false)])
    func warning(_ text: String, _ isWarned: Bool) throws {
        let warnings = try settings([Self.ahead: text]).keys.warnings
        #expect(warnings.count == (isWarned ? 1 : 0))
        #expect(warnings.allSatisfy { $0.hasPrefix("JWKS_KEY_PUBLISH_AHEAD (\(text)) is less than 1h") })
    }

    @Test("take the bits that RSA keys come in", arguments: [("2048", 2048), ("3072", 3072), ("4096", 4096)])
    func bits(_ text: String, _ bits: Int) throws {
        #expect(try settings(["JWKS_KEY_BITS": text]).keys.bits == bits)
    }

    @Test(
        "name the algorithms, in any order",
        arguments: [
            ("RS256", [.rs256]), ("RS256,ES256", [.rs256, .es256]), ("EdDSA, RS256", [.rs256, .edDSA]),
            (" ES256 ,EdDSA,\tRS256", [.rs256, .es256, .edDSA]),
        ] as [(String, Set<KeyAlgorithm>)])
    func algorithms(_ text: String, _ algorithms: Set<KeyAlgorithm>) throws {
        #expect(try settings(["JWKS_KEY_ALGORITHMS": text]).keys.algorithms == algorithms)
    }

    @Test(
        "refuse a list of algorithms",
        arguments: [
            ("ES256", "add RS256, which is always there; the choices are RS256, ES256, EdDSA"),
            ("EdDSA,ES256", "add RS256, which is always there; the choices are RS256, ES256, EdDSA"),
            ("RS256,RS256", "name RS256 once; the choices are RS256, ES256, EdDSA"),
            ("RS256,ES256,ES256", "name ES256 once; the choices are RS256, ES256, EdDSA"),
            ("", "give a list of RS256, ES256, EdDSA, separated by commas"),
            ("RS256,", "give a list of RS256, ES256, EdDSA, separated by commas"),
            ("RS256,none", "give a list of RS256, ES256, EdDSA, separated by commas"),
            ("RS256 ES256", "give a list of RS256, ES256, EdDSA, separated by commas"),
            ("rs256", "give a list of RS256, ES256, EdDSA, separated by commas"),
        ])
    func refusedAlgorithms(_ text: String, _ remedy: String) {
        #expect(refusal(["JWKS_KEY_ALGORITHMS": text]) == "JWKS_KEY_ALGORITHMS is \"\(text)\": \(remedy)")
    }

    @Test(
        "refuse what is malformed",
        arguments: [
            ("JWKS_KEY_BITS", "1024", "choose one of 2048, 3072, 4096"),
            ("JWKS_KEY_BITS", "2047", "choose one of 2048, 3072, 4096"),
            (active, "long", "give a time such as 90s, 15m, 24h or 30d"),
            (ahead, "early", "give a time such as 90s, 15m, 24h or 30d"),
            (maxAge, "old", "give a time such as 90s, 15m, 24h or 30d"),
            (maxAge, "0", "give a time such as 90s, 15m, 24h or 30d"),
            (skew, "some", "give a time such as 90s, 15m, 24h or 30d"),
        ])
    func malformed(_ name: String, _ text: String, _ remedy: String) {
        #expect(refusal([name: text]) == "\(name) is \"\(text)\": \(remedy)")
    }

    @Test(
        "refuse periods that cannot keep every verifier whole, with the sum that fails",
        arguments: [
            // Published for less than two caches, one after the other, plus the skew.
            ([ahead: "10m"], tooBrief("10m", "5m", "1m", "11m")),
            ([ahead: "659s"], tooBrief("659s", "5m", "1m", "11m")),
            ([ahead: "3s", maxAge: "2s", skew: "0s"], tooBrief("3s", "2s", "0s", "4s")),
            ([ahead: "4s", maxAge: "2s", skew: "1s"], tooBrief("4s", "2s", "1s", "5s")),
            ([maxAge: "12h"], tooBrief("1d", "12h", "1m", "1441m")),
            ([skew: "1d"], tooBrief("1d", "5m", "1d", "1450m")),
            // Due before the successor may sign.
            ([active: "23h"], due("23h", "1d")), ([ahead: "31d"], due("30d", "31d")),
            ([active: "3s", ahead: "4s", maxAge: "1s", skew: "0s", lifetime: "1s"], due("3s", "4s")),
            // A token that outlives its key.
            ([lifetime: "30d"], outlived("30d", "30d", "1m", "43201m")),
            ([lifetime: "60d"], outlived("30d", "60d", "1m", "86401m")),
            (
                [active: "6s", ahead: "4s", maxAge: "1s", skew: "1s", lifetime: "6s"],
                outlived("6s", "6s", "1s", "7s")
            ),
        ])
    func contradiction(_ environment: [String: String], _ line: String) { #expect(refusal(environment) == line) }

    @Test(
        "accept the limits themselves",
        arguments: [
            [ahead: "11m"], [ahead: "2s", active: "2s", maxAge: "1s", skew: "0s", lifetime: "1s"],
            [ahead: "30d", active: "30d"], [active: "86460s", lifetime: "24h"],
        ])
    func limits(_ environment: [String: String]) { #expect(refusal(environment) == nil) }

    private static func tooBrief(_ ahead: String, _ maxAge: String, _ skew: String, _ sum: String) -> String {
        "JWKS_KEY_PUBLISH_AHEAD (\(ahead)) must be at least 2 × JWKS_MAX_AGE + JWKS_CLOCK_SKEW"
            + " = 2 × \(maxAge) + \(skew) = \(sum): else a key signs while a verifier's cache may lack it"
    }

    private static func due(_ active: String, _ ahead: String) -> String {
        "JWKS_KEY_ACTIVE_PERIOD (\(active)) must be at least JWKS_KEY_PUBLISH_AHEAD"
            + " (\(ahead)): else a key is due before its successor may sign"
    }

    private static func outlived(_ active: String, _ lifetime: String, _ skew: String, _ sum: String) -> String {
        "JWKS_KEY_ACTIVE_PERIOD (\(active)) must be at least JWKS_TOKEN_LIFETIME +"
            + " JWKS_CLOCK_SKEW = \(lifetime) + \(skew) = \(sum): else a token could outlive its key"
    }
}
