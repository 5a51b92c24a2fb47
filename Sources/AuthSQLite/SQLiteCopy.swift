package import AuthCore
import AuthSQL
import GRDB

/// A whole database in one file that nobody writes to, looked at from its first page to its last.
package struct SQLiteCopy: Sendable {
    /// Keys and key-encryption keys.
    package let contents: KeyStoreContents
    /// What refresh tokens are authenticated with.
    package let tokenSecrets: Result<[SealedTokenSecret], OperatorError>
    /// How many accounts there are.
    package let users: Int
    /// How many rows `auth_logs` has.
    package let logs: Int
    /// When its server wrote the youngest row that says so; nil where none does. The copy is no older than that.
    package let lastWritten: Timestamp?

    /// Reads the file at `path`, changing nothing in it.
    /// - Parameter name: what names the file, as `FILE names /tmp/copy.db`, for the error.
    /// - Throws: ``OperatorError`` where it is damaged, not one of ours, or of a newer server.
    package init(path: String, named name: String) throws {
        self = try SQLiteStore.withQueue(path, named: name) { queue in
            guard try !SQLiteMigrator.isFromNewerServer(queue) else {
                throw OperatorError.refused("\(name), which a newer jwks-server wrote: use that one")
            }
            return try queue.read { db in
                let verdict = try String.fetchOne(db, sql: "PRAGMA integrity_check(1)") ?? "nothing"
                guard verdict == "ok" else {
                    throw OperatorError.refused("\(name), which is damaged (\(verdict)): take another copy")
                }
                return try SQLiteCopy(db, name)
            }
        }
    }

    private init(_ db: Database, _ name: String) throws {
        let peek = try SQLiteDriver(db: db).peek()
        (contents, tokenSecrets) = (peek.contents, peek.tokenSecrets)
        guard try !contents.keys.isEmpty && db.tableExists("users") && db.tableExists("auth_logs") else {
            throw OperatorError.refused("\(name), which holds no keys and accounts: it is no copy of a jwks-server")
        }
        users = try Int.fetchOne(db, sql: "SELECT count(*) FROM users") ?? 0
        logs = try Int.fetchOne(db, sql: "SELECT count(*) FROM auth_logs") ?? 0
        lastWritten = try Self.lastWritten(db)
    }

    /// Moments of the original's tables are text, those of ours milliseconds since 1970. What cannot be read says nothing.
    static func lastWritten(_ db: Database) throws -> Timestamp? {
        var queries = [
            ("users", "SELECT 1000 * strftime('%s', date_registered) FROM users ORDER BY id DESC LIMIT 1"),
            ("auth_logs", "SELECT 1000 * strftime('%s', request_timestamp) FROM auth_logs ORDER BY id DESC LIMIT 1"),
            ("key_states", "SELECT max(max(published_at, coalesce(retired_at, 0))) FROM key_states"),
            ("key_sights", "SELECT max(noted_at) FROM key_sights"),
        ]
        queries = try queries.filter { table, _ in try db.tableExists(table) }
        return try queries.compactMap { _, sql in
            try DatabaseValue.fetchOne(db, sql: sql).flatMap { Int64.fromDatabaseValue($0) }
        }.max().map { Timestamp(milliseconds: $0) }
    }
}
