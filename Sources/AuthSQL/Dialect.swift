import AuthCore

/// The few fragments in which SQLite and PostgreSQL differ. Everything else is written once, in `Statements/`.
package struct Dialect: Sendable {
    /// The function that answers the greatest of its arguments.
    let greatest: String
    /// The function that puts texts of several rows into one, in any order, with what stands between them.
    let joinTexts: String
    /// The function that answers the least of its arguments.
    let least: String
    /// An expression for the highest kid that the database remembers, rows that are gone included.
    let lastKeyID: String
    /// Makes a kid that was given by hand count as used.
    let noteKeyID: String
    /// A column by which the rows of `key_encryption_keys` of one age are ordered as they were stored.
    let insertionOrder: String
    /// A condition for the rows of `auth_logs` that are not before a moment.
    let logsSince: String
    /// Seconds since 1970, for a column that holds a moment as the three tables of the original do.
    let seconds: @Sendable (String) -> String
    /// The names of a table's columns, the table's name being the one value; no rows when there is no such table.
    let columnNames: String
    /// Ends a query of rows to be deleted: those that somebody else is changing are left out, where several change rows.
    let unlessLocked: String
    /// A condition that a column has one of the few values of a query. For PostgreSQL as an array: each is looked up then,
    /// where a plan that was made while the table was small would read it from end to end.
    let isAmong: @Sendable (_ query: String) -> String
    /// What the database calls the constraint that holds names unique.
    let usernameConstraint: String
    /// What the database calls the constraint that holds e-mail addresses unique.
    let emailConstraint: String
    /// A moment as the three tables of the original hold it, to the second.
    let moment: @Sendable (Timestamp) -> SQLValue
}

extension Dialect {
    /// SQLite, with AUTOINCREMENT on the three tables of the original.
    package static let sqlite = Dialect(
        greatest: "max",
        joinTexts: "group_concat",
        least: "min",
        lastKeyID: "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'keys'), 0)",
        noteKeyID: "",
        insertionOrder: "rowid",
        // Newest first and no further than the moment: the log may hold millions of rows, and no index on the time.
        logsSince: """
            id > coalesce((SELECT id FROM auth_logs WHERE request_timestamp < ? ORDER BY id DESC LIMIT 1), 0)
            """,
        seconds: { "CAST(strftime('%s', \($0)) AS INTEGER)" },
        columnNames: "SELECT name FROM pragma_table_info(?)",
        unlessLocked: "",
        isAmong: { "IN (\($0))" },
        usernameConstraint: "users.username",
        emailConstraint: "users.email",
        moment: { .text(utcText($0)) })

    /// PostgreSQL 14 and later.
    package static let postgres = Dialect(
        greatest: "greatest",
        joinTexts: "string_agg",
        least: "least",
        lastKeyID: "(SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM keys_kid_seq)",
        noteKeyID: "SELECT setval('keys_kid_seq', greatest(?, last_value)) FROM keys_kid_seq",
        insertionOrder: "position",
        logsSince: "request_timestamp >= ?",
        seconds: { "floor(extract(epoch FROM \($0)))::bigint" },
        columnNames: """
            SELECT attname::text FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped
            """,
        unlessLocked: "FOR UPDATE SKIP LOCKED",
        isAmong: { "= ANY(ARRAY(\($0)))" },
        usernameConstraint: "users_username_key",
        emailConstraint: "users_email_key",
        moment: { .text(utcText($0) + "+00") })
}
