import AuthServer
import Testing

@Suite("Settings of tokens") struct TokenSettingsTests {
    @Test("have defaults") func defaults() throws {
        let tokens = try settings().tokens
        #expect(tokens.issuer == "http://localhost:8080" && tokens.audience == "http://localhost:8080")
        #expect(tokens.lifetime == .seconds(3_600) && tokens.allowsExpired)
    }

    @Test(
        "take the issuer as the audience, unless there is one",
        arguments: [
            (["JWKS_ISSUER": "https://id.example"], "https://id.example", "https://id.example"),
            (["JWKS_AUDIENCE": "api"], "http://localhost:8080", "api"),
            (["JWKS_ISSUER": "https://id.example", "JWKS_AUDIENCE": "api"], "https://id.example", "api"),
        ])
    func audience(_ environment: [String: String], _ issuer: String, _ audience: String) throws {
        let tokens = try settings(environment).tokens
        #expect(tokens.issuer == issuer && tokens.audience == audience)
    }

    @Test("refuse an empty audience") func empty() {
        #expect(refusal(["JWKS_AUDIENCE": ""]) == "JWKS_AUDIENCE is \"\": give it a value or leave it out")
    }

    @Test(
        "refuse an issuer that is no public URL",
        arguments: [
            "", "example.com", "//example.com", "ftp://example.com", "https://", "https:example.com", "https://a?b",
            "https://a#b", "https://a/?", "https://a/#", "https://user@a", "https://user:pass@a", "https://a b",
            "https://a:port", "https://bücher.example", "urn:example:issuer",
        ])
    func noURL(_ text: String) {
        #expect(
            refusal(["JWKS_ISSUER": text])
                == "JWKS_ISSUER is \"\(text)\": give your public URL, https://host or https://host/path,"
                + " without ?, # and user@")
    }

    @Test(
        "take any other URL as the issuer",
        arguments: ["http://a", "https://a.example/", "https://a:8443/p/q", "http://[::1]:8080", "https://a/%C3%BC"])
    func issuer(_ text: String) throws { #expect(try settings(["JWKS_ISSUER": text]).tokens.issuer == text) }

    @Test(
        "an issuer that OAuth may use",
        arguments: [
            "http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:8080/p", "https://id.example",
            "https://id.example:8443/p/q", "https://10.0.0.1",
        ])
    func usable(_ text: String) throws {
        let settings = try settings(["JWKS_ISSUER": text])
        #expect(settings.tokens.oauthObstacle == nil && settings.warnings.isEmpty)
    }

    @Test(
        "an issuer that OAuth may not use is one for POST /auth, with a warning",
        arguments: [
            ("https://id.example/", "it ends in a slash"), ("https://id.example/p/", "it ends in a slash"),
            ("https://ID.example", "its host is written with capital letters"),
            ("http://id.example", "it is http on a host that is not this machine"),
            ("http://10.0.0.1:8080", "it is http on a host that is not this machine"),
            ("http://localhost.example", "it is http on a host that is not this machine"),
        ])
    func unusable(_ text: String, _ obstacle: String) throws {
        let settings = try settings(["JWKS_ISSUER": text])
        #expect(settings.tokens.issuer == text)
        #expect(settings.tokens.oauthObstacle?.hasPrefix(obstacle) == true)
        #expect(
            settings.warnings.first?.hasPrefix(
                "JWKS_ISSUER (\(text)) is no issuer for OAuth and OpenID Connect, which are off: \(obstacle)") == true)
    }

    @Test("http is let through where a test wants it, and nothing else") func allowed() throws {
        func obstacle(_ text: String) throws -> String? {
            try settings(["JWKS_ISSUER": text, "JWKS_ALLOW_HTTP_ISSUER": "true"]).tokens.oauthObstacle
        }
        #expect(try obstacle("http://id.example") == nil)
        #expect(try obstacle("http://id.example/") == "it ends in a slash")
    }

    @Test(
        "refuse a lifetime that is none",
        arguments: ["soon", "-5s", "0s", "0", "1y", "", "s", "1.5h", "101y", "36501d", "99999999999999999999d"])
    func lifetime(_ text: String) {
        #expect(
            refusal(["JWKS_TOKEN_LIFETIME": text])
                == "JWKS_TOKEN_LIFETIME is \"\(text)\": give a time such as 90s, 15m, 24h or 30d")
    }

    @Test("allow expired tokens or not", arguments: [("true", true), ("false", false), ("FALSE", false)])
    func expired(_ text: String, _ allowed: Bool) throws {
        #expect(try settings(["JWKS_ALLOW_EXPIRED": text]).tokens.allowsExpired == allowed)
    }

    @Test("refuse a doubt about expired tokens", arguments: ["maybe", "1", "yes", ""])
    func doubt(_ text: String) {
        #expect(
            refusal(["JWKS_ALLOW_EXPIRED": text])
                == "JWKS_ALLOW_EXPIRED is \"\(text)\": choose one of true, false")
    }
}
