/// What users agreed to.
extension SchemaMigration {
    /// `resource` is empty for the issuer's own scopes, `scopes` a list with spaces between, `given_at` milliseconds since
    /// 1970.
    static let consents = SchemaMigration(
        "14 consents",
        sqlite: """
            CREATE TABLE consents(
                user_id INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
                client_id TEXT NOT NULL REFERENCES clients(id) ON DELETE CASCADE,
                resource TEXT NOT NULL,
                scopes TEXT NOT NULL,
                given_at INTEGER NOT NULL,
                PRIMARY KEY(user_id, client_id, resource)
            ) WITHOUT ROWID;
            CREATE INDEX consents_client_id ON consents(client_id);
            """,
        postgres: """
            CREATE TABLE consents (
                user_id bigint REFERENCES users(id) ON DELETE CASCADE,
                client_id text COLLATE "C" REFERENCES clients(id) ON DELETE CASCADE,
                resource text COLLATE "C",
                scopes text NOT NULL,
                given_at bigint NOT NULL,
                PRIMARY KEY (user_id, client_id, resource)
            );
            CREATE INDEX consents_client_id ON consents (client_id);
            """)
}
