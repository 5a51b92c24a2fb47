import GRDB

/// The tables, as named steps that only go forward. A step that has shipped is never edited: a change is a new step.
enum Migrations {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        // The whole-file check that GRDB makes by default would read a log of millions of rows.
        migrator.registerMigration("1 the original's tables", foreignKeyChecks: .immediate, migrate: originalTables)
        migrator.registerMigration(
            "2 key states and key-encryption keys", foreignKeyChecks: .immediate, migrate: keyStates)
        return migrator
    }

    /// Brings the tables up to date, beside other processes that may be doing the same.
    ///
    /// GRDB looks at what is missing before it holds the file, so of two servers that start at once one fails at a step
    /// that the other has just made, and finds it made when it looks again.
    static func run(on pool: DatabasePool) throws {
        while true {
            let before = try pool.read(migrator.appliedIdentifiers)
            do {
                return try migrator.migrate(pool)
            } catch let error as DatabaseError {
                guard try pool.read(migrator.appliedIdentifiers) != before else { throw error }
            }
        }
    }

    /// Other programs read these three with `SELECT *`: they keep exactly these columns for ever.
    private static func originalTables(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS users(
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    username TEXT NOT NULL UNIQUE,
                    password_hash TEXT NOT NULL,
                    email TEXT UNIQUE,
                    date_registered TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                    last_login TIMESTAMP
                );
                CREATE TABLE IF NOT EXISTS keys(
                    kid INTEGER PRIMARY KEY AUTOINCREMENT,
                    key BLOB NOT NULL,
                    exp INTEGER NOT NULL
                );
                CREATE TABLE IF NOT EXISTS auth_logs(
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    request_ip TEXT NOT NULL,
                    request_timestamp TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                    user_id INTEGER,
                    FOREIGN KEY(user_id) REFERENCES users(id)
                );
                """)
    }

    /// Moments are milliseconds since 1970.
    private static func keyStates(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE key_states(
                    kid INTEGER PRIMARY KEY REFERENCES keys(kid) ON DELETE CASCADE,
                    state TEXT NOT NULL CHECK(state IN ('published', 'active', 'retired', 'revoked', 'expired')),
                    published_at INTEGER NOT NULL,
                    activates_at INTEGER NOT NULL,
                    retired_at INTEGER,
                    signed_until INTEGER
                );
                CREATE UNIQUE INDEX key_states_one_each ON key_states(state) WHERE state IN ('published', 'active');
                CREATE TABLE key_encryption_keys(
                    id TEXT PRIMARY KEY NOT NULL,
                    salt BLOB NOT NULL,
                    memory_kib INTEGER NOT NULL,
                    passes INTEGER NOT NULL,
                    check_value BLOB NOT NULL,
                    created_at INTEGER NOT NULL,
                    handover BLOB
                );
                CREATE TABLE verifier_readiness(
                    kid INTEGER PRIMARY KEY,
                    known INTEGER NOT NULL,
                    aware INTEGER NOT NULL
                );
                """)
    }
}
