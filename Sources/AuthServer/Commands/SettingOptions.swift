import ArgumentParser
import Foundation

/// The settings as options: each wins over its environment variable and over `.env`.
struct SettingOptions: ParsableArguments {
    @Option(help: "Address to listen on (JWKS_HOST).") var host: String?
    @Option(help: "Port to listen on (JWKS_PORT).") var port: String?
    @Option(help: "Where the data live, sqlite:FILE or postgres://… (JWKS_DATABASE).") var database: String?
    @Option(help: "The iss of tokens (JWKS_ISSUER).") var issuer: String?
    @Option(help: "The aud of tokens (JWKS_AUDIENCE).") var audience: String?
    @Option(help: "How long a token lives (JWKS_TOKEN_LIFETIME).") var tokenLifetime: String?
    @Option(help: "Requests per window and address; 0 for no limit (JWKS_RATE_LIMIT).") var rateLimit: String?
    @Option(help: "Length of the window (JWKS_RATE_WINDOW).") var rateWindow: String?
    @Option(help: "Whether each server counts for itself, node or fleet (JWKS_RATE_LIMIT_SCOPE).")
    var rateLimitScope: String?
    @Option(help: "Proxies whose X-Forwarded-For is believed (JWKS_TRUSTED_PROXIES).") var trustedProxies: String?
    @Option(help: "KiB of memory for a password hash (JWKS_ARGON2_MEMORY).") var argon2Memory: String?
    @Option(help: "Passes over that memory (JWKS_ARGON2_PASSES).") var argon2Passes: String?
    @Option(help: "Threads that hash (JWKS_HASH_THREADS).") var hashThreads: String?
    @Option(help: "How long a hash may wait to begin (JWKS_HASH_DEADLINE).") var hashDeadline: String?
    @Option(help: "Bits of new RSA keys (JWKS_KEY_BITS).") var keyBits: String?
    @Option(help: "How long a key signs (JWKS_KEY_ACTIVE_PERIOD).") var keyActivePeriod: String?
    @Option(help: "How long a key is published before it signs (JWKS_KEY_PUBLISH_AHEAD).") var keyPublishAhead: String?
    @Option(help: "How long verifiers may cache the JWK Set (JWKS_MAX_AGE).") var maxAge: String?
    @Option(help: "How far a verifier's clock may be off (JWKS_CLOCK_SKEW).") var clockSkew: String?
    @Option(help: "Whether ?expired=true answers, true or false (JWKS_ALLOW_EXPIRED).") var allowExpired: String?
    @Option(help: "open or closed (JWKS_REGISTRATION).") var registration: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical (JWKS_LOG_LEVEL).") var logLevel: String?
    @Option(help: "text or json (JWKS_LOG_FORMAT).") var logFormat: String?

    /// What the command line, the environment and `.env` say together.
    func reader() throws -> SettingsReader {
        let given: [(Setting, String?)] = [
            (.host, host), (.port, port), (.database, database), (.issuer, issuer), (.audience, audience),
            (.tokenLifetime, tokenLifetime), (.rateLimit, rateLimit), (.rateWindow, rateWindow),
            (.rateLimitScope, rateLimitScope), (.trustedProxies, trustedProxies), (.argon2Memory, argon2Memory),
            (.argon2Passes, argon2Passes),
            (.hashThreads, hashThreads), (.hashDeadline, hashDeadline), (.keyBits, keyBits),
            (.keyActivePeriod, keyActivePeriod), (.keyPublishAhead, keyPublishAhead), (.maxAge, maxAge),
            (.clockSkew, clockSkew), (.allowExpired, allowExpired), (.registration, registration),
            (.logLevel, logLevel), (.logFormat, logFormat),
        ]
        if let database { try Database.refusePassword(in: database, option: "--database") }
        let options = Dictionary(uniqueKeysWithValues: given.compactMap { pair in pair.1.map { (pair.0, $0) } })
        return try SettingsReader(
            options: options, environment: ProcessInfo.processInfo.environment,
            directory: FileManager.default.currentDirectoryPath)
    }
}
