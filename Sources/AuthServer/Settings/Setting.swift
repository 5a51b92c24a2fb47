/// The name of every setting, as an environment variable.
enum Setting: String, CaseIterable {
    case host = "JWKS_HOST"
    case port = "JWKS_PORT"
    case database = "JWKS_DATABASE"
    case issuer = "JWKS_ISSUER"
    case audience = "JWKS_AUDIENCE"
    case tokenLifetime = "JWKS_TOKEN_LIFETIME"
    case rateLimit = "JWKS_RATE_LIMIT"
    case rateWindow = "JWKS_RATE_WINDOW"
    case rateLimitScope = "JWKS_RATE_LIMIT_SCOPE"
    case trustedProxies = "JWKS_TRUSTED_PROXIES"
    case argon2Memory = "JWKS_ARGON2_MEMORY"
    case argon2Passes = "JWKS_ARGON2_PASSES"
    case hashThreads = "JWKS_HASH_THREADS"
    case hashDeadline = "JWKS_HASH_DEADLINE"
    case keyBits = "JWKS_KEY_BITS"
    case keyActivePeriod = "JWKS_KEY_ACTIVE_PERIOD"
    case keyPublishAhead = "JWKS_KEY_PUBLISH_AHEAD"
    case maxAge = "JWKS_MAX_AGE"
    case clockSkew = "JWKS_CLOCK_SKEW"
    case allowExpired = "JWKS_ALLOW_EXPIRED"
    case registration = "JWKS_REGISTRATION"
    case logLevel = "JWKS_LOG_LEVEL"
    case logFormat = "JWKS_LOG_FORMAT"
}

/// The name of every secret. Each can be given as `NAME` or as `NAME_FILE`, the path of a file that holds it; none
/// can be given as an option, where every user of the machine would see it.
enum SecretSetting: String, CaseIterable {
    case masterKey = "NOT_MY_KEY"
    case newMasterKey = "NOT_MY_KEY_NEW"
}

/// A setting that is wrong: one line that names it and the remedy. The process exits with 78 (EX_CONFIG).
struct SettingsError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }

    init(_ setting: Setting, _ value: String, _ remedy: String) {
        self.init("\(setting.rawValue) is \"\(value)\": \(remedy)")
    }
}
