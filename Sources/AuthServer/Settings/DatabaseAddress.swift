package import AuthPostgres
import Foundation

/// Where the data live.
package enum DatabaseAddress: Equatable, Sendable {
    /// The path of a file.
    case sqlite(path: String)
    case postgres(PostgresAddress)

    /// Reads `sqlite:FILE` or `postgres://…`.
    /// - Throws: ``SettingsError``, without the text where that may hold a password; ``MissingLibrary``.
    package init(_ text: String) throws {
        if text.hasPrefix("postgres:") || text.hasPrefix("postgresql:") {
            guard let address = try PostgresAddress(url: text) else {
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
                throw SettingsError("JWKS_DATABASE is \"\(text)\": \(remedy)")
            }
            self = .sqlite(path: String(text.dropFirst(7)))
        }
    }

    /// Refuses a password in an option: every user of the machine sees every command line.
    /// - Throws: ``SettingsError`` naming the option; ``MissingLibrary``.
    package static func refusePassword(in text: String, option: String) throws {
        // What libpq does not understand is not looked into any further than this.
        let holdsPassword = try PostgresAddress(url: text)?.holdsPassword
        guard holdsPassword ?? (text.contains("://") && text.contains("@")) else { return }
        throw SettingsError(
            "\(option) holds a password, which every user of this machine can see: give it in PGPASSWORD, ~/.pgpass or"
                + " JWKS_DATABASE")
    }

    /// Where it is, as a command says it: a path from the root, or host and database without user and password.
    package var place: String {
        switch self {
        case .sqlite(let path): URL(fileURLWithPath: path).path
        case .postgres(let address): address.description
        }
    }

    /// Whether several machines can use it.
    var isShared: Bool {
        switch self {
        case .sqlite: false
        case .postgres: true
        }
    }
}
