package import AuthCore
package import AuthSQL

/// What `migrate` answers.
package struct MigrationReport: CommandReport {
    private let tables: [(name: String, checksum: TableChecksum)]

    /// - Parameter tables: what was copied, in the order in which it was.
    package init(_ tables: [(name: String, checksum: TableChecksum)]) { self.tables = tables }

    /// A line for each table, and what to do next.
    package var lines: [String] {
        tables.map { "\($0.name): \($0.checksum)" } + ["everything is there: name the database in JWKS_DATABASE"]
    }

    /// A member for each table: `{"rows":…,"sha256":"…"}`.
    package var json: [(name: String, value: JSONValue)] {
        tables.map { table in
            let members: [(name: String, value: JSONValue)] = [
                ("rows", .integer(Int64(table.checksum.rows))), ("sha256", .string(table.checksum.checksum)),
            ]
            return (table.name, .object(members))
        }
    }
}
