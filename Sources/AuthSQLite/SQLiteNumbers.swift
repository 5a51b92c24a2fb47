import GRDB

/// The numbers that a file hands out, in its `sqlite_sequence`.
package enum SQLiteNumbers {
    /// Passes over the numbers that may have been given since this copy was made: a kid that verifiers have cached, and an
    /// account that tokens and other services know, must never become somebody else's.
    package static func skip(users: Int64, kids: Int64, in path: String) throws {
        try SQLiteStore.withQueue(path, named: "the copy is \(path)") { queue in
            try queue.write { db in
                for (table, column, gap) in [("users", "id", users), ("keys", "kid", kids)] {
                    try db.execute(
                        sql: """
                            INSERT INTO sqlite_sequence (name, seq) SELECT :table, 0
                                WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :table);
                            UPDATE sqlite_sequence
                                SET seq = max(seq, (SELECT coalesce(max(\(column)), 0) FROM \(table))) + :gap
                                WHERE name = :table;
                            """,
                        arguments: ["table": table, "gap": gap])
                }
            }
        }
    }
}
