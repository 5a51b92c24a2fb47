import AuthSQL

/// A statement on its way to PostgreSQL, with its values.
struct Query {
    let text: String
    let values: [SQLValue]
    /// Whether the connection keeps it prepared: for what comes again and again.
    let isPrepared: Bool

    init(_ statement: SQLStatement, _ values: [SQLValue] = []) {
        self.init(text: statement.postgres, values: values, isPrepared: true)
    }

    /// For what only PostgreSQL has, with `$1`, `$2`, … in it.
    init(_ text: String, _ values: [SQLValue] = []) { self.init(text: text, values: values, isPrepared: true) }

    /// For the few that run once in the life of a connection.
    static func once(_ text: String, _ values: [SQLValue] = []) -> Query {
        Query(text: text, values: values, isPrepared: false)
    }

    private init(text: String, values: [SQLValue], isPrepared: Bool) {
        self.text = text
        self.values = values
        self.isPrepared = isPrepared
    }
}
