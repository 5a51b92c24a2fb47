import AuthCore
import AuthHTTP
import AuthServer
import Testing

@Suite("Settings of the rate limits") struct RateLimitSettingsTests {
    private static let postgres = "postgres://jwks@db/jwks"

    @Test("have defaults") func defaults() throws {
        let limits = try settings().rateLimits
        #expect(limits.limit == RateLimit(limit: 10, window: .seconds(1)))
        #expect(limits.trustedProxies == .none)
    }

    @Test("are what was set") func values() throws {
        let limits = try settings([
            "JWKS_RATE_LIMIT": "0", "JWKS_RATE_WINDOW": "2m", "JWKS_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
        ]).rateLimits
        #expect(limits.limit == RateLimit(limit: 0, window: .seconds(120)))
        #expect(limits.trustedProxies == TrustedProxies("10.0.0.0/8 ::1"))
    }

    @Test(
        "count over the whole fleet where servers share a database, unless told otherwise",
        arguments: [
            ([:], false), (["JWKS_RATE_LIMIT_SCOPE": "node"], false), (["JWKS_DATABASE": postgres], true),
            (["JWKS_DATABASE": postgres, "JWKS_RATE_LIMIT_SCOPE": "fleet"], true),
            (["JWKS_DATABASE": postgres, "JWKS_RATE_LIMIT_SCOPE": "Node"], false),
        ])
    func scope(_ environment: [String: String], _ wholeFleet: Bool) throws {
        #expect(try settings(environment).rateLimits.wholeFleet == wholeFleet)
    }

    @Test(
        "refuse what is malformed",
        arguments: [
            ("JWKS_RATE_LIMIT", "ten", "give a whole number from 0 to 10000"),
            ("JWKS_RATE_LIMIT", "-1", "give a whole number from 0 to 10000"),
            ("JWKS_RATE_LIMIT", "10001", "give a whole number from 0 to 10000"),
            ("JWKS_RATE_WINDOW", "1x", "give a time such as 90s, 15m, 24h or 30d"),
            ("JWKS_RATE_WINDOW", "0", "give a time such as 90s, 15m, 24h or 30d"),
            ("JWKS_RATE_LIMIT_SCOPE", "world", "choose one of node, fleet"),
            ("JWKS_TRUSTED_PROXIES", "localhost/x", "give addresses and CIDR blocks such as 10.0.0.0/8, ::1"),
            ("JWKS_TRUSTED_PROXIES", "10.0.0.0/33", "give addresses and CIDR blocks such as 10.0.0.0/8, ::1"),
        ])
    func malformed(_ name: String, _ text: String, _ remedy: String) {
        #expect(refusal([name: text]) == "\(name) is \"\(text)\": \(remedy)")
    }

    @Test("refuse a fleet on a file") func fleetOnFile() {
        #expect(
            refusal(["JWKS_RATE_LIMIT_SCOPE": "fleet"])
                == "JWKS_RATE_LIMIT_SCOPE is \"fleet\", and the servers of a fleet share no SQLite file: choose node, or"
                + " name a PostgreSQL in JWKS_DATABASE")
    }
}
