import AuthCore
import AuthHTTP
import AuthSodium
import Logging

/// Everything an operator can set, read and checked.
struct Settings: Sendable {
    let host: String
    let port: Int
    let database: Database
    let tokens: TokenIssuer.Configuration
    let rateLimit: RateLimit
    /// Whether a client is counted over all servers of the database, or by each for itself.
    let limitsWholeFleet: Bool
    let trustedProxies: TrustedProxies
    let argon2: Argon2id.Parameters
    let hashThreads: Int
    let hashDeadline: Duration
    let keyBits: Int
    let keyPolicy: KeyPolicy
    let allowsExpired: Bool
    let registrationIsOpen: Bool
    let logLevel: Logger.Level
    let logFormat: LineLogHandler.Format

    /// - Throws: ``SettingsError`` for the first setting that is malformed or contradicts another.
    init(_ reader: SettingsReader, machine: HostResources = .current) throws {
        host = try reader.text(.host, default: "127.0.0.1")
        port = try reader.integer(.port, default: 8080, 0...65_535)
        database = try Database(try reader.database(default: "sqlite:totally_not_my_privateKeys.db"))
        keyPolicy = KeyPolicy(
            activePeriod: try reader.duration(.keyActivePeriod, default: .seconds(30 * 86_400)),
            publishAhead: try reader.duration(.keyPublishAhead, default: .seconds(86_400)),
            maxAge: try reader.duration(.maxAge, default: .seconds(300)),
            tokenLifetime: try reader.duration(.tokenLifetime, default: .seconds(3_600)),
            clockSkew: try reader.duration(.clockSkew, default: .seconds(60), zeroAllowed: true))
        if let contradiction = keyPolicy.contradiction { throw SettingsError(contradiction) }
        let issuer = try reader.text(.issuer, default: "http://localhost:8080")
        tokens = TokenIssuer.Configuration(
            issuer: issuer, audience: try reader.text(.audience, default: issuer), lifetime: keyPolicy.tokenLifetime,
            clockSkew: keyPolicy.clockSkew)
        rateLimit = RateLimit(
            limit: try reader.integer(.rateLimit, default: 10, 0...10_000),
            window: try reader.duration(.rateWindow, default: .seconds(1)))
        limitsWholeFleet = try reader.choice(
            .rateLimitScope, default: database.isShared, [("node", false), ("fleet", true)])
        guard !limitsWholeFleet || database.isShared else {
            throw SettingsError(
                "JWKS_RATE_LIMIT_SCOPE is \"fleet\", and the servers of a fleet share no SQLite file: choose node, or"
                    + " name a PostgreSQL in JWKS_DATABASE")
        }
        let proxies = reader.text(.trustedProxies) ?? ""
        guard let trusted = TrustedProxies(proxies) else {
            throw SettingsError(.trustedProxies, proxies, "give addresses and CIDR blocks such as 10.0.0.0/8, ::1")
        }
        trustedProxies = trusted
        // libsodium takes 8 KiB at the least; OWASP's floor is 7 MiB with 5 passes, a matter of judgement.
        argon2 = Argon2id.Parameters(
            memoryKiB: try reader.integer(.argon2Memory, default: 19_456, 8...4_194_304),
            passes: try reader.integer(.argon2Passes, default: 2, 1...1_000))
        hashThreads = try reader.integer(
            .hashThreads, default: machine.hashThreads(memoryKiB: argon2.memoryKiB), 1...1_024)
        hashDeadline = try reader.duration(.hashDeadline, default: .seconds(2))
        keyBits = try reader.choice(.keyBits, default: 2048, [("2048", 2048), ("3072", 3072), ("4096", 4096)])
        allowsExpired = try reader.choice(.allowExpired, default: true, [("true", true), ("false", false)])
        registrationIsOpen = try reader.choice(.registration, default: true, [("open", true), ("closed", false)])
        logLevel = try reader.choice(.logLevel, default: .info, Logger.Level.allCases.map { ($0.rawValue, $0) })
        logFormat = try reader.choice(.logFormat, default: .text, [("text", .text), ("json", .json)])
    }
}
