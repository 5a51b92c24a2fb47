import AuthSQL
import GRDB

/// Statements on a GRDB connection, within a transaction that its owner began and will end.
struct SQLiteDriver: SQLDriver {
    static let dialect = Dialect.sqlite

    let db: Database
    private let prepared: PreparedStatements
    private let erasure: SecretErasure?

    init(db: Database) { self.init(db: db, PreparedStatements(db)) }

    /// - Parameters:
    ///   - prepared: of `db`, for several drivers one after another.
    ///   - erasure: told when a secret is overwritten; nil where nothing is written.
    init(db: Database, _ prepared: PreparedStatements, erasure: SecretErasure? = nil) {
        self.db = db
        self.prepared = prepared
        self.erasure = erasure
    }

    func run(_ statement: SQLStatement, values: [SQLValue]) throws {
        guard !statement.sqlite.isEmpty else { return }
        _ = try prepared(statement)(values)
    }

    func fetch(_ statement: SQLStatement, values: [SQLValue]) throws -> [SQLRow] {
        try prepared(statement)(values)
    }

    func change(_ statement: SQLStatement, values: [SQLValue]) throws -> Int {
        try run(statement, values: values)
        return db.changesCount
    }

    /// There is one writer: it has everything to itself.
    func lock(_ lock: SQLLock) {}

    func noteErasure() { erasure?.isRequired = true }

    /// `table.column`, as SQLite's message ends.
    static func violatedConstraint(_ error: any Error) -> String? {
        guard let error = error as? DatabaseError, error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE else {
            return nil
        }
        return error.message?.split(separator: " ").last.map(String.init)
    }
}
