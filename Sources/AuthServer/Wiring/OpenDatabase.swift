import AuthCore
import AuthPostgres
import AuthSQL
import AuthSQLite

/// A database that is open, whichever it is.
enum OpenDatabase: Sendable {
    case sqlite(SQLiteStore)
    case postgres(PostgresStore)

    /// Opens it for good, and brings its tables up to date.
    /// - Parameter opening: how, where it is PostgreSQL.
    init(_ address: DatabaseAddress, _ opening: PostgresOpening = .command) async throws {
        switch address {
        case .sqlite(let path): self = .sqlite(try SQLiteStore(path: path))
        case .postgres(let address): self = .postgres(try await opening.open(address))
        }
    }

    /// What is there about keys, read without changing or creating anything.
    static func peek(_ address: DatabaseAddress, _ opening: PostgresOpening = .command) async throws -> KeyStorePeek {
        switch address {
        case .sqlite(let path): try SQLiteStore.peek(path: path)
        case .postgres(let address): try await opening.peek(address)
        }
    }

    /// What is there about keys, for a command: only the server makes a database.
    /// - Throws: ``SettingsError`` when no server has been there.
    static func peekExisting(_ address: DatabaseAddress) async throws -> KeyStorePeek {
        let peek = try await peek(address)
        guard !peek.contents.keys.isEmpty || !peek.contents.keyEncryptionKeys.isEmpty else {
            throw SettingsError(
                "there is no database at \(address.place): run this where the server runs, or name its database in"
                    + " JWKS_DATABASE (the server makes one when it starts)")
        }
        return peek
    }

    var store: any Store {
        switch self {
        case .sqlite(let store): store
        case .postgres(let store): store
        }
    }

    /// Tells when another process changed the keys, where the database can.
    var changeFeed: any ChangeFeed {
        switch self {
        case .sqlite: PollingOnly()
        case .postgres(let store): store.changeFeed
        }
    }

    /// What became of its files, as a clause for the operator; nil while all is well, and for a database without files.
    func loss() async -> String? {
        switch self {
        case .sqlite(let store): await store.loss()
        case .postgres: nil
        }
    }

    /// Puts what is in logs into the file that was opened.
    func foldLogIn() async {
        if case .sqlite(let store) = self { await store.foldLogIn() }
    }

    func close() {
        switch self {
        case .sqlite(let store): store.close()
        case .postgres(let store): store.close()
        }
    }
}
