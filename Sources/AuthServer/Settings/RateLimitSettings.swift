import ArgumentParser
package import AuthCore
package import AuthHTTP

/// How many requests a client may make, and by which address it is known.
package struct RateLimitSettings: Sendable {
    static let limit = Setting(
        "JWKS_RATE_LIMIT", "Requests per window and address; 0 for no limit", default: "10", .integer(0...10_000))
    static let window = Setting("JWKS_RATE_WINDOW", "Length of the window", default: "1s", .duration)
    static let scope = Setting(
        "JWKS_RATE_LIMIT_SCOPE", "Whether each server counts for itself, node or fleet",
        otherwise: "fleet on PostgreSQL, else node", .choice([("node", false), ("fleet", true)]))
    static let trustedProxies = Setting(
        "JWKS_TRUSTED_PROXIES", "Proxies whose X-Forwarded-For is believed", default: "",
        SettingFormat(remedy: "give addresses and CIDR blocks such as 10.0.0.0/8, ::1") { TrustedProxies($0) })
    static let definitions = [limit.definition, window.definition, scope.definition, trustedProxies.definition]

    struct Options: SettingOptionGroup {
        @Option(help: RateLimitSettings.limit.optionHelp) var rateLimit: String?
        @Option(help: RateLimitSettings.window.optionHelp) var rateWindow: String?
        @Option(help: RateLimitSettings.scope.optionHelp) var rateLimitScope: String?
        @Option(help: RateLimitSettings.trustedProxies.optionHelp) var trustedProxies: String?
    }

    /// The limit of `/auth`; `/register` has one of the same size.
    package let limit: RateLimit
    /// Whether a client is counted over all servers of the database, or by each for itself.
    package let wholeFleet: Bool
    /// Who may say in `X-Forwarded-For` what the client's address is.
    package let trustedProxies: TrustedProxies

    /// What is unwise: one line for the log of a start.
    package var warnings: [String] {
        limit.limit == 0 ? ["JWKS_RATE_LIMIT is 0: nothing slows down who guesses passwords"] : []
    }

    init(_ reader: SettingsReader, database: DatabaseAddress) throws {
        limit = RateLimit(limit: try reader.value(of: Self.limit), window: try reader.value(of: Self.window))
        wholeFleet = try reader.value(of: Self.scope, otherwise: database.isShared)
        guard !wholeFleet || database.isShared else {
            throw SettingsError(
                "JWKS_RATE_LIMIT_SCOPE is \"fleet\", and the servers of a fleet share no SQLite file: choose node, or"
                    + " name a PostgreSQL in JWKS_DATABASE")
        }
        trustedProxies = try reader.value(of: Self.trustedProxies)
    }
}
