import AuthCore
import AuthSQL

/// Takes the steps of the schema, beside other processes that may be doing the same: one after another.
enum PostgresMigrator {
    /// Takes the steps that are missing, in a transaction of its own.
    static func run(on connection: PostgresConnection) throws {
        try connection.run([.once("BEGIN")])
        try apply(on: connection)
        try connection.run([.once("COMMIT")], commits: true)
    }

    /// The same within a transaction.
    static func apply(on connection: PostgresConnection) throws {
        let driver = PostgresDriver(connection, .withinAnother)
        _ = try driver.fetch(.lockAdvisory, values: [.integer(SQLLock.advisoryNumber)])
        if try driver.columns(of: "jwks_migrations").isEmpty {
            try connection.simpleQuery(
                "CREATE TABLE jwks_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())")
        }
        let applied = Set(
            try connection.run([.once("SELECT name FROM jwks_migrations")]).flatMap { try $0.rows() }.map { row in
                try row.text(0, "jwks_migrations.name")
            })
        guard applied.isSubset(of: SchemaMigration.all.map(\.name)) else {
            throw OperatorError.refused("the database was written by a newer jwks-server: run that one")
        }
        for step in SchemaMigration.all where !applied.contains(step.name) {
            guard let sql = step.postgres else { continue }
            try connection.simpleQuery(sql)
            try connection.run([.once("INSERT INTO jwks_migrations (name) VALUES ($1)", [.text(step.name)])])
        }
    }
}
