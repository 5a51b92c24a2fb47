import ArgumentParser
import Foundation

/// What tokens say, how long they live, and which are made.
package struct TokenSettings: Sendable {
    static let issuer = Setting("JWKS_ISSUER", "The iss of tokens", default: "http://localhost:8080", .issuer)
    static let audience = Setting("JWKS_AUDIENCE", "The aud of tokens", otherwise: "the issuer", .text)
    static let lifetime = Setting("JWKS_TOKEN_LIFETIME", "How long a token lives", default: "1h", .duration)
    static let allowExpired = Setting(
        "JWKS_ALLOW_EXPIRED", "Whether ?expired=true answers, true or false", default: "true",
        .choice([("true", true), ("false", false)]))
    static let allowHTTP = Setting(
        "JWKS_ALLOW_HTTP_ISSUER", "Whether OAuth may use an http issuer on another machine, for tests, true or false",
        default: "false", .choice([("true", true), ("false", false)]))
    static let definitions = [
        issuer.definition, audience.definition, lifetime.definition, allowExpired.definition, allowHTTP.definition,
    ]

    struct Options: SettingOptionGroup {
        @Option(help: TokenSettings.issuer.optionHelp) var issuer: String?
        @Option(help: TokenSettings.audience.optionHelp) var audience: String?
        @Option(help: TokenSettings.lifetime.optionHelp) var tokenLifetime: String?
        @Option(help: TokenSettings.allowExpired.optionHelp) var allowExpired: String?
        @Option(help: TokenSettings.allowHTTP.optionHelp) var allowHttpIssuer: String?
    }

    /// `iss` (RFC 7519 §4.1.1).
    package let issuer: String
    /// Why OAuth and OpenID Connect are off: what is wrong with the issuer for them; nil where they are on.
    package let oauthObstacle: String?
    /// `aud` (RFC 7519 §4.1.3).
    package let audience: String
    /// From `iat` to `exp`.
    package let lifetime: Duration
    /// Whether `?expired=true` is answered.
    package let allowsExpired: Bool

    /// What goes together, and is unwise all the same.
    var warnings: [String] {
        guard let oauthObstacle else { return [] }
        return [
            "JWKS_ISSUER (\(issuer)) is no issuer for OAuth and OpenID Connect, which are off: \(oauthObstacle)"
        ]
    }

    init(_ reader: SettingsReader) throws {
        let issuer = try reader.value(of: Self.issuer)
        self.issuer = issuer
        oauthObstacle = Self.issuerObstacle(issuer, allowsHTTP: try reader.value(of: Self.allowHTTP))
        audience = try reader.value(of: Self.audience, otherwise: issuer)
        lifetime = try reader.value(of: Self.lifetime)
        allowsExpired = try reader.value(of: Self.allowExpired)
    }
}

extension SettingFormat where Value == String {
    /// A URL as RFC 8414 §2 wants it, without query and fragment; http too, for a server behind nothing. No user and
    /// password either, which every token would show.
    fileprivate static var issuer: Self {
        Self(remedy: "give your public URL, https://host or https://host/path, without ?, # and user@") { text in
            guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme),
                url.host?.isEmpty == false, url.user == nil, url.password == nil,
                text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && ![0x3F, 0x23, 0x40].contains($0) })
            else { return nil }
            return text
        }
    }
}
