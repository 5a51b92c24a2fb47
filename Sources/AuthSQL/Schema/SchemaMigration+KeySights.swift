/// What ties one run of a server to the next.
extension SchemaMigration {
    /// How each boot of a machine sees the keys: `correction` and `uptime` in milliseconds, `noted_at` milliseconds since
    /// 1970. A key that is deleted takes its rows along.
    static let keySights = SchemaMigration(
        "6 how keys were seen",
        sqlite: """
            CREATE TABLE key_sights(
                boot TEXT NOT NULL,
                kid INTEGER NOT NULL REFERENCES keys(kid) ON DELETE CASCADE,
                state TEXT NOT NULL,
                correction INTEGER NOT NULL,
                noted_at INTEGER NOT NULL,
                uptime INTEGER NOT NULL,
                PRIMARY KEY(boot, kid)
            );
            """,
        postgres: """
            CREATE TABLE key_sights (
                boot text COLLATE "C",
                kid bigint REFERENCES keys(kid) ON DELETE CASCADE,
                state text NOT NULL,
                correction bigint NOT NULL,
                noted_at bigint NOT NULL,
                uptime bigint NOT NULL,
                PRIMARY KEY (boot, kid)
            );
            """)
}
