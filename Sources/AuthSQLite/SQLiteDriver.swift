import AuthSQL
import Foundation
import GRDB

/// Statements on a GRDB connection, within a transaction that its owner began and will end.
struct SQLiteDriver: SQLDriver {
    static let dialect = Dialect.sqlite

    let db: Database
    /// Told when a secret is overwritten; nil where nothing is written.
    var erasure: SecretErasure?

    func run(_ statement: SQLStatement, values: [SQLValue]) throws {
        guard !statement.sqlite.isEmpty else { return }
        try db.cachedStatement(sql: statement.sqlite).execute(arguments: Self.arguments(values))
    }

    func fetch(_ statement: SQLStatement, values: [SQLValue]) throws -> [SQLRow] {
        let cursor = try SQLRowCursor(db.cachedStatement(sql: statement.sqlite), Self.arguments(values))
        var rows: [SQLRow] = []
        while let row = try cursor.next() { rows.append(row) }
        return rows
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

    private static func arguments(_ values: [SQLValue]) -> StatementArguments {
        StatementArguments(
            values.map { value -> (any DatabaseValueConvertible)? in
                switch value {
                case .null: nil
                case .integer(let number): number
                case .real(let number): number
                case .text(let text): text
                case .bytes(let bytes): Data(bytes)
                }
            })
    }
}
