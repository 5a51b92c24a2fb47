/// Who is told that a session ended, and the keys that ID tokens of ended sessions may still be under.
extension SchemaMigration {
    /// Moments are milliseconds since 1970; `public_key` as ``PublicKey`` encodes it. A row of `logout_deliveries` is there
    /// until it was delivered, and stays for a while where it was given up.
    static let logout = SchemaMigration(
        "15 logout",
        sqlite: """
            ALTER TABLE clients ADD COLUMN backchannel_logout_uri TEXT;
            CREATE TABLE session_clients(
                session_id TEXT NOT NULL,
                client_id TEXT NOT NULL,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY(session_id, client_id)
            ) WITHOUT ROWID;
            CREATE INDEX session_clients_expires_at ON session_clients(expires_at);
            CREATE TABLE logout_deliveries(
                session_id TEXT NOT NULL,
                client_id TEXT NOT NULL,
                user_id INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                attempts INTEGER NOT NULL DEFAULT 0,
                next_at INTEGER,
                failure TEXT,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY(session_id, client_id)
            ) WITHOUT ROWID;
            CREATE INDEX logout_deliveries_next_at ON logout_deliveries(next_at) WHERE next_at IS NOT NULL;
            CREATE INDEX logout_deliveries_expires_at ON logout_deliveries(expires_at);
            CREATE TABLE retired_public_keys(
                kid INTEGER PRIMARY KEY NOT NULL,
                algorithm TEXT NOT NULL,
                public_key BLOB NOT NULL,
                expires_at INTEGER NOT NULL
            );
            CREATE INDEX retired_public_keys_expires_at ON retired_public_keys(expires_at);
            """,
        postgres: """
            ALTER TABLE clients ADD COLUMN backchannel_logout_uri text;
            CREATE TABLE session_clients (
                session_id text COLLATE "C",
                client_id text COLLATE "C",
                expires_at bigint NOT NULL,
                PRIMARY KEY (session_id, client_id)
            );
            CREATE INDEX session_clients_expires_at ON session_clients(expires_at);
            CREATE TABLE logout_deliveries (
                session_id text COLLATE "C",
                client_id text COLLATE "C",
                user_id bigint NOT NULL,
                created_at bigint NOT NULL,
                attempts bigint NOT NULL DEFAULT 0,
                next_at bigint,
                failure text,
                expires_at bigint NOT NULL,
                PRIMARY KEY (session_id, client_id)
            );
            CREATE INDEX logout_deliveries_next_at ON logout_deliveries(next_at) WHERE next_at IS NOT NULL;
            CREATE INDEX logout_deliveries_expires_at ON logout_deliveries(expires_at);
            CREATE TABLE retired_public_keys (
                kid bigint PRIMARY KEY,
                algorithm text NOT NULL,
                public_key bytea NOT NULL,
                expires_at bigint NOT NULL
            );
            CREATE INDEX retired_public_keys_expires_at ON retired_public_keys(expires_at);
            """)
}
