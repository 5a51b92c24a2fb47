import AuthSQL
import CLibPQ

/// What PostgreSQL answered to one statement. Values come as text; the memory is libpq's and goes with this object.
final class QueryResult {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) { self.result = result }

    deinit { PQclear(result) }

    var status: ExecStatusType { PQresultStatus(result) }
    var rowCount: Int { Int(PQntuples(result)) }
    /// Such as `COMMIT` or `UPDATE 1`.
    var tag: String { String(cString: PQcmdStatus(result)) }
    /// Rows that the statement changed.
    var changes: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// Numbers and bytes as such, everything else as text.
    func rows() throws -> [SQLRow] {
        let types = (0..<PQnfields(result)).map { PQftype(result, $0) }
        return try (0..<PQntuples(result)).map { row in
            SQLRow(
                try types.enumerated().map { column, type in
                    guard PQgetisnull(result, row, Int32(column)) == 0 else { return .null }
                    return try value(type, String(cString: PQgetvalue(result, row, Int32(column))))
                })
        }
    }

    private func value(_ type: Oid, _ text: String) throws -> SQLValue {
        switch type {
        case Self.int8, Self.int4, Self.int2:
            guard let number = Int64(text) else { throw malformed() }
            return .integer(number)
        case Self.bytea: return .bytes(try bytes(text))
        default: return .text(text)
        }
    }

    /// A `bytea` comes as `\x` and hexadecimal digits.
    private func bytes(_ text: String) throws -> [UInt8] {
        guard text.hasPrefix("\\x"), text.utf8.count.isMultiple(of: 2) else { throw malformed() }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count / 2 - 1)
        var high: UInt8?
        for digit in text.utf8.dropFirst(2) {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x61...0x66: value = digit - 0x61 + 10
            default: throw malformed()
            }
            guard let upper = high else {
                high = value
                continue
            }
            bytes.append(upper << 4 | value)
            high = nil
        }
        return bytes
    }

    /// What PostgreSQL said against the statement, without the detail line: that one repeats values.
    func failure(lost: Bool, mayHaveCommitted: Bool) -> PostgresFailure {
        let state = field(PG_DIAG_SQLSTATE)
        let reason = field(PG_DIAG_MESSAGE_PRIMARY) ?? "PostgreSQL closed the connection"
        guard let state, !lost || !mayHaveCommitted else {
            return PostgresFailure(kind: .lost(mayHaveCommitted: mayHaveCommitted), reason: reason)
        }
        // Class 22 is about values, which its messages repeat.
        return PostgresFailure(
            kind: .refused(state: state, constraint: field(PG_DIAG_CONSTRAINT_NAME)),
            reason: state.hasPrefix("22") ? "a value does not fit" : reason)
    }

    private func field(_ code: UInt8) -> String? {
        PQresultErrorField(result, Int32(code)).map { String(cString: $0) }
    }

    private func malformed() -> PostgresFailure {
        PostgresFailure(
            kind: .refused(state: "XX001", constraint: nil), reason: "a value in an answer is malformed")
    }

    // What `pg_type` calls them, for ever.
    private static let bytea: Oid = 17
    private static let int8: Oid = 20
    private static let int2: Oid = 21
    private static let int4: Oid = 23
}

/// The field codes are C macros of characters, which Swift does not import.
private let PG_DIAG_SQLSTATE = UInt8(ascii: "C")
private let PG_DIAG_MESSAGE_PRIMARY = UInt8(ascii: "M")
private let PG_DIAG_CONSTRAINT_NAME = UInt8(ascii: "n")
