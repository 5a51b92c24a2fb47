/// What an account is beside its row in `users`, whose columns are those of the original for ever.
extension SchemaMigration {
    /// A row only for an account that is not as most are. Moments are milliseconds since 1970.
    static let userStates = SchemaMigration(
        "8 states of users",
        sqlite: """
            CREATE TABLE user_states(
                user_id INTEGER PRIMARY KEY NOT NULL REFERENCES users(id) ON DELETE CASCADE,
                disabled_at INTEGER,
                must_change_password INTEGER NOT NULL DEFAULT 0,
                password_changed_at INTEGER
            );
            """,
        postgres: """
            CREATE TABLE user_states (
                user_id bigint PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
                disabled_at bigint,
                must_change_password bigint NOT NULL DEFAULT 0,
                password_changed_at bigint
            );
            """)
}
