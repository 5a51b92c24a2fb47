import AuthSQL
import GRDB
import GRDBSQLite

/// A statement as a connection has prepared it, carried out without what GRDB has around each: observers, of whom there are
/// none, and rows and arguments that know names.
struct PreparedStatement {
    /// Which ends what it prepared when it goes.
    private let statement: Statement

    init(_ statement: Statement) { self.statement = statement }

    private var handle: SQLiteStatement { statement.sqliteStatement }
    private var connection: OpaquePointer? { sqlite3_db_handle(handle) }

    /// Carries it out from its beginning to its end, within a transaction.
    /// - Returns: its rows.
    /// - Throws: `DatabaseError`, without the values.
    func callAsFunction(_ values: [SQLValue]) throws -> [SQLRow] {
        // A full disk ends a transaction by itself: what comes then must not be carried out, and kept, by itself.
        guard sqlite3_get_autocommit(connection) == 0 else {
            throw DatabaseError(resultCode: .SQLITE_ABORT, message: "Transaction was aborted")
        }
        try bind(values)
        defer { sqlite3_reset(handle) }
        var rows: [SQLRow] = []
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: rows.append(row())
            case SQLITE_DONE: return rows
            case let code: throw failure(code)
            }
        }
    }

    private func bind(_ values: [SQLValue]) throws {
        guard Int(sqlite3_bind_parameter_count(handle)) == values.count else {
            throw DatabaseError(resultCode: .SQLITE_MISUSE, message: "wrong number of statement arguments")
        }
        for (index, value) in zip(CInt(1)..., values) {
            let code =
                switch value {
                case .null: sqlite3_bind_null(handle, index)
                case .integer(let number): sqlite3_bind_int64(handle, index, number)
                case .real(let number): sqlite3_bind_double(handle, index, number)
                case .text(let text): text.bind(to: handle, at: index)
                case .bytes(let bytes): bind(bytes, index)
                }
            guard code == SQLITE_OK else { throw failure(code) }
        }
    }

    /// `SQLITE_TRANSIENT`, which C writes as a cast: what is bound is copied at once.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func bind(_ bytes: [UInt8], _ index: CInt) -> CInt {
        guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
        return sqlite3_bind_blob(handle, index, bytes, CInt(bytes.count), Self.copied)
    }

    private func failure(_ code: CInt) -> DatabaseError {
        DatabaseError(resultCode: ResultCode(rawValue: code), message: String(cString: sqlite3_errmsg(connection)))
    }

    /// The one that the statement stands at.
    private func row() -> SQLRow { SQLRow((0..<sqlite3_column_count(handle)).map(value)) }

    private func value(_ index: CInt) -> SQLValue {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: .real(sqlite3_column_double(handle, index))
        case SQLITE_TEXT: .text(String(decoding: bytes(index, at: sqlite3_column_text(handle, index)), as: UTF8.self))
        case SQLITE_BLOB: .bytes(Array(bytes(index, at: sqlite3_column_blob(handle, index))))
        default: .null
        }
    }

    /// Until the row is left. An empty value has no address.
    private func bytes(_ index: CInt, at start: UnsafeRawPointer?) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : Int(sqlite3_column_bytes(handle, index)))
    }
}
