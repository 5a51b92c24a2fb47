/// What refresh tokens are authenticated with.
extension SchemaMigration {
    /// `sealed` as ``SealedKeyFormat`` has it; `created_at` is milliseconds since 1970.
    static let tokenSecrets = SchemaMigration(
        "13 token secrets",
        sqlite: """
            CREATE TABLE token_secrets(
                id INTEGER PRIMARY KEY NOT NULL,
                sealed BLOB NOT NULL,
                created_at INTEGER NOT NULL
            );
            """,
        postgres: """
            CREATE TABLE token_secrets (
                id bigint PRIMARY KEY,
                sealed bytea NOT NULL,
                created_at bigint NOT NULL
            );
            """)
}
