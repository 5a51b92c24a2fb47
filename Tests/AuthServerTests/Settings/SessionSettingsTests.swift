import AuthCore
import AuthServer
import Testing

@Suite("Settings of sessions and refresh tokens") struct SessionSettingsTests {
    private static let day: Duration = .seconds(86_400)

    @Test("have defaults") func defaults() throws {
        let sessions = try settings().sessions
        #expect(sessions.policy == Session.Policy(idle: Self.day / 2, absolute: Self.day * 7))
        #expect(
            sessions.refreshing
                == RefreshPresentation.Policy(grace: .seconds(30), idle: Self.day * 30, absolute: Self.day * 90))
    }

    @Test("are what they say, up to where they meet") func values() throws {
        let sessions = try settings([
            "JWKS_SESSION_IDLE": "10m", "JWKS_SESSION_ABSOLUTE": "10m", "JWKS_REFRESH_IDLE": "2d",
            "JWKS_REFRESH_ABSOLUTE": "2d", "JWKS_REFRESH_GRACE": "0",
        ]).sessions
        #expect(sessions.policy == Session.Policy(idle: .seconds(600), absolute: .seconds(600)))
        #expect(
            sessions.refreshing == RefreshPresentation.Policy(grace: .zero, idle: Self.day * 2, absolute: Self.day * 2))
        #expect(
            try settings(["JWKS_REFRESH_GRACE": "5m"]).sessions.refreshing.grace == .seconds(300))
        #expect(try settings().sessions.logoutNetworks.isEmpty)
        #expect(
            try settings(["JWKS_BACKCHANNEL_ALLOW_PRIVATE": "10.0.0.0/8, ::1"]).sessions.logoutNetworks
                == AddressRanges("10.0.0.0/8 ::1"))
    }

    @Test(
        "are refused where they contradict each other, or are no time",
        arguments: [
            (
                ["JWKS_SESSION_IDLE": "8d"],
                "JWKS_SESSION_IDLE (8d) must be at most JWKS_SESSION_ABSOLUTE (7d): nothing lives longer unused than at the"
                    + " most"
            ),
            (
                ["JWKS_REFRESH_ABSOLUTE": "1h"],
                "JWKS_REFRESH_IDLE (30d) must be at most JWKS_REFRESH_ABSOLUTE (1h): nothing lives longer unused than at the"
                    + " most"
            ),
            (["JWKS_REFRESH_GRACE": "301"], "JWKS_REFRESH_GRACE is \"301\": give a time from 0s to 5m"),
            (["JWKS_REFRESH_GRACE": "-1s"], "JWKS_REFRESH_GRACE is \"-1s\": give a time from 0s to 5m"),
            (
                ["JWKS_BACKCHANNEL_ALLOW_PRIVATE": "10.0.0.0/33"],
                "JWKS_BACKCHANNEL_ALLOW_PRIVATE is \"10.0.0.0/33\": give addresses and CIDR blocks such as 10.0.0.0/8, ::1"
            ),
            (["JWKS_SESSION_IDLE": "0"], "JWKS_SESSION_IDLE is \"0\": give a time such as 90s, 15m, 24h or 30d"),
            (
                ["JWKS_REFRESH_ABSOLUTE": "long"],
                "JWKS_REFRESH_ABSOLUTE is \"long\": give a time such as 90s, 15m, 24h or 30d"
            ),
        ])
    func refused(_ environment: [String: String], _ line: String) { #expect(refusal(environment) == line) }

    @Test("are warned of where somebody busy would be signed out", arguments: [("5m", 1), ("301", 0)])
    func warned(_ idle: String, _ count: Int) throws {
        let warnings = try settings(["JWKS_SESSION_IDLE": idle]).warnings
        #expect(warnings.count == count)
        #expect(warnings.allSatisfy { $0.hasPrefix("JWKS_SESSION_IDLE (5m) ") })
    }
}
