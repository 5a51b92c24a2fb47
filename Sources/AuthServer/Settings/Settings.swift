// Settings owns what an operator can set. One file for each area holds all there is to know about its settings: name,
// help, default, format, option and what contradicts what. It must not open, start or decide anything.

/// Everything an operator can set, read and checked.
package struct Settings: Sendable {
    /// Every setting, in the order of `--help`: what `.env` and the environment may name, secrets aside.
    package static let definitions =
        ListenerSettings.definitions + TLSSettings.definitions + DatabaseSettings.definitions
        + TokenSettings.definitions
        + RateLimitSettings.definitions + PasswordSettings.definitions + KeySettings.definitions
        + SessionSettings.definitions + AccountSettings.definitions + PageSettings.definitions
        + AuditSettings.definitions + LogSettings.definitions
        + MetricsSettings.definitions

    /// Where the server listens.
    package let listener: ListenerSettings
    /// What the port is encrypted with.
    package let tls: TLSSettings
    /// Where the data live.
    package let database: DatabaseSettings
    /// What tokens say.
    package let tokens: TokenSettings
    /// How many requests a client may make.
    package let rateLimits: RateLimitSettings
    /// What a password hash costs.
    package let passwords: PasswordSettings
    /// Which signing keys there are.
    package let keys: KeySettings
    /// How long a browser stays signed in, and what users give clients lives.
    package let sessions: SessionSettings
    /// Who may open an account.
    package let accounts: AccountSettings
    /// What the pages look like.
    package let pages: PageSettings
    /// How long is kept what was done and tried.
    package let audit: AuditSettings
    /// What is logged.
    package let logging: LogSettings
    /// Where metrics can be read.
    package let metrics: MetricsSettings

    /// What goes together, and is unwise all the same: a line each, for the log of a start and for `config check`.
    package var warnings: [String] { tokens.warnings + rateLimits.warnings + keys.warnings + sessions.warnings }

    /// Reads and checks everything.
    /// - Parameter host: what the machine has, where a default depends on it.
    /// - Throws: ``SettingsError`` for the first setting that is malformed or contradicts another.
    package init(_ reader: SettingsReader, host: HostResources = .current) throws {
        listener = try ListenerSettings(reader)
        tls = try TLSSettings(reader)
        database = try DatabaseSettings(reader)
        tokens = try TokenSettings(reader)
        keys = try KeySettings(reader, tokenLifetime: tokens.lifetime)
        rateLimits = try RateLimitSettings(reader, database: database.address)
        passwords = try PasswordSettings(reader, host: host)
        sessions = try SessionSettings(reader)
        accounts = try AccountSettings(reader)
        pages = try PageSettings(reader, issuer: tokens.issuer)
        audit = try AuditSettings(reader, tokenLifetime: tokens.lifetime)
        logging = try LogSettings(reader)
        metrics = try MetricsSettings(reader, publicPort: listener.port)
    }
}
