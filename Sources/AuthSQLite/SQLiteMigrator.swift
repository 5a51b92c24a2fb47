import AuthSQL
import GRDB

/// Takes the steps of the schema, beside other processes that may be doing the same.
enum SQLiteMigrator {
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for step in SchemaMigration.all {
            guard let sql = step.sqlite else { continue }
            // The whole-file check that GRDB makes by default would read a log of millions of rows.
            migrator.registerMigration(step.name, foreignKeyChecks: .immediate) { db in try db.execute(sql: sql) }
        }
        return migrator
    }

    /// Whether the file has taken a step that this server does not know.
    static func isFromNewerServer(_ database: any DatabaseReader) throws -> Bool {
        try database.read(migrator.hasBeenSuperseded)
    }

    /// Takes the steps that are missing.
    ///
    /// GRDB looks at what is missing before it holds the file, so of two servers that start at once one fails at a step
    /// that the other has just made, and finds it made when it looks again.
    static func run(on database: any DatabaseWriter) throws {
        let migrator = self.migrator
        while true {
            let before = try database.read(migrator.appliedIdentifiers)
            do {
                return try migrator.migrate(database)
            } catch let error as DatabaseError {
                guard try database.read(migrator.appliedIdentifiers) != before else { throw error }
            }
        }
    }
}
