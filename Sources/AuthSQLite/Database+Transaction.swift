import GRDB

extension Database {
    /// As GRDB's `inTransaction`, which parses its statements each time.
    /// - Parameter begin: the statement that begins it.
    func inTransaction(_ begin: String, _ body: () throws -> Void) throws {
        func run(_ sql: String) throws { try cachedStatement(sql: sql).execute() }
        try run(begin)
        do {
            try body()
            try run("COMMIT")
        } catch {
            // Unless SQLite has ended it by itself.
            if isInsideTransaction { try? run("ROLLBACK") }
            throw error
        }
    }
}
