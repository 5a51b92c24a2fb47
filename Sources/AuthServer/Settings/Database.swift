import AuthCore
import AuthPostgres
import AuthSQLite

/// Where the data live.
enum Database: Sendable {
    /// The path of a file.
    case sqlite(path: String)
    case postgres(PostgresAddress)

    /// - Throws: ``SettingsError``, without the text where that may hold a password.
    init(_ text: String) throws {
        if text.hasPrefix("postgres:") || text.hasPrefix("postgresql:") {
            guard let address = PostgresAddress(url: text) else {
                throw SettingsError(
                    "JWKS_DATABASE names PostgreSQL by a URL that libpq does not understand: give"
                        + " postgres://user@host:port/database, with odd characters as %XX")
            }
            self = .postgres(address)
        } else {
            guard text.hasPrefix("sqlite:"), text.count > 7 else {
                let remedy = "give sqlite:FILE or postgres://user@host/database"
                // What looks like a URL may hold a password.
                guard !text.contains("@"), !text.contains("://") else {
                    throw SettingsError("JWKS_DATABASE is a URL of another kind: \(remedy)")
                }
                throw SettingsError(.database, text, remedy)
            }
            self = .sqlite(path: String(text.dropFirst(7)))
        }
    }

    /// Every user of the machine sees every command line.
    static func refusePassword(in text: String, option: String) throws {
        // What libpq does not understand is not looked into any further than this.
        guard PostgresAddress(url: text)?.holdsPassword ?? (text.contains("://") && text.contains("@")) else { return }
        throw SettingsError(
            "\(option) holds a password, which every user of this machine can see: give it in PGPASSWORD, ~/.pgpass or"
                + " JWKS_DATABASE")
    }

    /// Whether several machines can use it.
    var isShared: Bool {
        switch self {
        case .sqlite: false
        case .postgres: true
        }
    }

    /// What is there about keys, read without changing or creating anything.
    func peek() throws -> (contents: KeyStoreContents, readiness: KeyPropagation?) {
        switch self {
        case .sqlite(let path): try SQLiteStore.peekAtKeys(path: path)
        case .postgres(let address): try PostgresStore.peek(address)
        }
    }

    /// Opens it for good, and brings its tables up to date.
    func open() throws -> OpenedStore {
        switch self {
        case .sqlite(let path): .sqlite(try SQLiteStore(path: path))
        case .postgres(let address): .postgres(try PostgresStore(address))
        }
    }
}

/// A store that is open, whichever it is.
enum OpenedStore: Sendable {
    case sqlite(SQLiteStore)
    case postgres(PostgresStore)

    var store: any Store {
        switch self {
        case .sqlite(let store): store
        case .postgres(let store): store
        }
    }

    var changeFeed: any ChangeFeed {
        switch self {
        case .sqlite: PollingOnly()
        case .postgres(let store): store.changeFeed
        }
    }

    func close() {
        switch self {
        case .sqlite(let store): store.close()
        case .postgres(let store): store.close()
        }
    }

    /// What counts the requests of a client, over all servers where that is wanted and possible.
    func limiter(_ limit: RateLimit, wholeFleet: Bool, time: any TimeSource) -> any RateLimiter {
        let own = SlidingWindowLimiter(limit: limit, time: time)
        guard wholeFleet, case .postgres(let store) = self else { return own }
        return FleetRateLimiter(limit: limit, store: store, own: own, time: time)
    }
}
