/// What slows down who guesses the password of an account.
extension SchemaMigration {
    /// `account` is a digest, `block` a block of addresses or what stands for all of them; moments are milliseconds since
    /// 1970. Kept apart from `users`: names that nobody has are counted too.
    static let loginDelays = SchemaMigration(
        "7 delays of logins",
        sqlite: """
            CREATE TABLE login_delays(
                account BLOB NOT NULL,
                block BLOB NOT NULL,
                failures INTEGER NOT NULL,
                attempted_at INTEGER NOT NULL,
                succeeded_at INTEGER,
                expires_at INTEGER NOT NULL,
                PRIMARY KEY(account, block)
            );
            CREATE INDEX login_delays_expires_at ON login_delays(expires_at);
            """,
        postgres: """
            CREATE TABLE login_delays (
                account bytea,
                block bytea,
                failures bigint NOT NULL,
                attempted_at bigint NOT NULL,
                succeeded_at bigint,
                expires_at bigint NOT NULL,
                PRIMARY KEY (account, block)
            ) WITH (fillfactor = 80);
            CREATE INDEX login_delays_expires_at ON login_delays (expires_at);
            """)
}
