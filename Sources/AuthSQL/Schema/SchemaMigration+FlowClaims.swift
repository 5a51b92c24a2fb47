/// Which check of a password has a flow.
extension SchemaMigration {
    /// `claimed_until` is milliseconds since 1970; `claim` stays when that is over.
    static let flowClaims = SchemaMigration(
        "17 one check of a password for a flow",
        sqlite: """
            ALTER TABLE flows ADD COLUMN claim BLOB;
            ALTER TABLE flows ADD COLUMN claimed_until INTEGER;
            """,
        postgres: """
            ALTER TABLE flows ADD COLUMN claim bytea;
            ALTER TABLE flows ADD COLUMN claimed_until bigint;
            """)
}
