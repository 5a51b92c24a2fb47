import AuthSQL
import GRDB
import GRDBSQLite

/// The rows of a statement's answer, by the places of their columns. GRDB's own rows know the columns' names, and make a
/// table of these for every answer: two thirds of what a small one costs.
///
/// To be read to its end, which lets the statement go.
final class SQLRowCursor: DatabaseCursor {
    typealias Element = SQLRow

    let _statement: Statement
    var _isDone = false

    init(_ statement: Statement, _ arguments: StatementArguments) throws {
        _statement = statement
        try statement.setArguments(arguments)
    }

    func _element(sqliteStatement row: SQLiteStatement) -> SQLRow {
        SQLRow((0..<sqlite3_column_count(row)).map { index in Self.value(row, index) })
    }

    private static func value(_ row: SQLiteStatement, _ index: CInt) -> SQLValue {
        switch sqlite3_column_type(row, index) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(row, index))
        case SQLITE_FLOAT: .real(sqlite3_column_double(row, index))
        case SQLITE_TEXT: .text(String(decoding: bytes(row, index, at: sqlite3_column_text(row, index)), as: UTF8.self))
        case SQLITE_BLOB: .bytes(Array(bytes(row, index, at: sqlite3_column_blob(row, index))))
        default: .null
        }
    }

    /// Until the row is left. An empty value has no address.
    private static func bytes(_ row: SQLiteStatement, _ index: CInt, at start: UnsafeRawPointer?)
        -> UnsafeRawBufferPointer
    { UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(row, index))) }
}

@available(*, unavailable)
extension SQLRowCursor: Sendable {}
