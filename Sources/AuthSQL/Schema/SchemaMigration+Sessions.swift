/// Browsers that users signed in with, and requests on their way through our pages.
extension SchemaMigration {
    /// Secrets are there as SHA-256 alone; moments are milliseconds since 1970. `id` is what tokens say as `sid`.
    static let sessions = SchemaMigration(
        "12 sessions and flows",
        sqlite: """
            CREATE TABLE sessions(
                hash BLOB PRIMARY KEY NOT NULL,
                id TEXT NOT NULL UNIQUE,
                user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
                authenticated_at INTEGER NOT NULL,
                address TEXT NOT NULL,
                user_agent TEXT NOT NULL,
                created_at INTEGER NOT NULL,
                seen_at INTEGER NOT NULL,
                idle_until INTEGER NOT NULL,
                expires_at INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX sessions_user_id ON sessions(user_id);
            CREATE INDEX sessions_expires_at ON sessions(expires_at);
            CREATE TABLE flows(
                hash BLOB PRIMARY KEY NOT NULL,
                browser BLOB NOT NULL,
                request TEXT NOT NULL,
                expires_at INTEGER NOT NULL,
                done_at INTEGER
            ) WITHOUT ROWID;
            CREATE INDEX flows_expires_at ON flows(expires_at);
            """,
        postgres: """
            CREATE TABLE sessions (
                hash bytea PRIMARY KEY,
                id text NOT NULL UNIQUE,
                user_id bigint NOT NULL REFERENCES users(id) ON DELETE CASCADE,
                authenticated_at bigint NOT NULL,
                address text NOT NULL,
                user_agent text NOT NULL,
                created_at bigint NOT NULL,
                seen_at bigint NOT NULL,
                idle_until bigint NOT NULL,
                expires_at bigint NOT NULL
            );
            CREATE INDEX sessions_user_id ON sessions(user_id);
            CREATE INDEX sessions_expires_at ON sessions(expires_at);
            CREATE TABLE flows (
                hash bytea PRIMARY KEY,
                browser bytea NOT NULL,
                request text NOT NULL,
                expires_at bigint NOT NULL,
                done_at bigint
            );
            CREATE INDEX flows_expires_at ON flows(expires_at);
            """)
}
