/// What users gave clients, and what fetches it.
extension SchemaMigration {
    /// `generation` to `idle_until` are the grant's one living refresh token, NULL where it has none: refreshing adds no row.
    /// Moments are milliseconds since 1970; `scopes` and `resources` are lists with spaces between.
    static let grants = SchemaMigration(
        "11 grants",
        sqlite: """
            CREATE TABLE grants(
                id BLOB PRIMARY KEY NOT NULL,
                user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
                client_id TEXT NOT NULL,
                session_id TEXT,
                scopes TEXT NOT NULL,
                resources TEXT NOT NULL,
                authenticated_at INTEGER NOT NULL,
                is_offline INTEGER NOT NULL,
                created_at INTEGER NOT NULL,
                expires_at INTEGER NOT NULL,
                ended_at INTEGER,
                ended_for TEXT,
                generation INTEGER,
                rotated_at INTEGER,
                replays INTEGER NOT NULL DEFAULT 0,
                late INTEGER NOT NULL DEFAULT 0,
                strikes INTEGER NOT NULL DEFAULT 0,
                idle_until INTEGER
            ) WITHOUT ROWID;
            CREATE INDEX grants_user_id ON grants(user_id);
            CREATE INDEX grants_client_id ON grants(client_id);
            CREATE INDEX grants_session_id ON grants(session_id) WHERE session_id IS NOT NULL;
            CREATE INDEX grants_expires_at ON grants(expires_at);
            CREATE TABLE authorization_codes(
                hash BLOB PRIMARY KEY NOT NULL,
                grant_id BLOB NOT NULL REFERENCES grants(id) ON DELETE CASCADE,
                redirect_uri TEXT NOT NULL,
                challenge TEXT,
                nonce TEXT,
                expires_at INTEGER NOT NULL,
                used_at INTEGER
            ) WITHOUT ROWID;
            CREATE INDEX authorization_codes_grant_id ON authorization_codes(grant_id);
            CREATE INDEX authorization_codes_expires_at ON authorization_codes(expires_at);
            CREATE TABLE revoked_tokens(
                jti TEXT PRIMARY KEY NOT NULL,
                expires_at INTEGER NOT NULL
            ) WITHOUT ROWID;
            CREATE INDEX revoked_tokens_expires_at ON revoked_tokens(expires_at);
            """,
        postgres: """
            CREATE TABLE grants (
                id bytea PRIMARY KEY,
                user_id bigint NOT NULL REFERENCES users(id) ON DELETE CASCADE,
                client_id text NOT NULL,
                session_id text,
                scopes text NOT NULL,
                resources text NOT NULL,
                authenticated_at bigint NOT NULL,
                is_offline bigint NOT NULL,
                created_at bigint NOT NULL,
                expires_at bigint NOT NULL,
                ended_at bigint,
                ended_for text,
                generation bigint,
                rotated_at bigint,
                replays bigint NOT NULL DEFAULT 0,
                late bigint NOT NULL DEFAULT 0,
                strikes bigint NOT NULL DEFAULT 0,
                idle_until bigint
            ) WITH (fillfactor = 80);
            CREATE INDEX grants_user_id ON grants(user_id);
            CREATE INDEX grants_client_id ON grants(client_id);
            CREATE INDEX grants_session_id ON grants(session_id) WHERE session_id IS NOT NULL;
            CREATE INDEX grants_expires_at ON grants(expires_at);
            CREATE TABLE authorization_codes (
                hash bytea PRIMARY KEY,
                grant_id bytea NOT NULL REFERENCES grants(id) ON DELETE CASCADE,
                redirect_uri text NOT NULL,
                challenge text,
                nonce text,
                expires_at bigint NOT NULL,
                used_at bigint
            );
            CREATE INDEX authorization_codes_grant_id ON authorization_codes(grant_id);
            CREATE INDEX authorization_codes_expires_at ON authorization_codes(expires_at);
            CREATE TABLE revoked_tokens (
                jti text PRIMARY KEY,
                expires_at bigint NOT NULL
            );
            CREATE INDEX revoked_tokens_expires_at ON revoked_tokens(expires_at);
            """)
}
