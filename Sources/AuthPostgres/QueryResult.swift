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

    func text(_ row: Int, _ column: Int) -> String? {
        guard PQgetisnull(result, Int32(row), Int32(column)) == 0 else { return nil }
        return String(cString: PQgetvalue(result, Int32(row), Int32(column)))
    }

    func integer(_ row: Int, _ column: Int) throws -> Int64 {
        guard let number = text(row, column).flatMap(Int64.init) else { throw malformed(column) }
        return number
    }

    /// A `bytea`, which comes as `\x` and hexadecimal digits.
    func bytes(_ row: Int, _ column: Int) throws -> [UInt8] {
        guard let text = text(row, column), text.hasPrefix("\\x") else { throw malformed(column) }
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in text.utf8.dropFirst(2) {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x61...0x66: value = digit - 0x61 + 10
            default: throw malformed(column)
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

    private func malformed(_ column: Int) -> PostgresFailure {
        PostgresFailure(
            kind: .refused(state: "XX001", constraint: nil), reason: "column \(column) of an answer is malformed")
    }
}

/// The field codes are C macros of characters, which Swift does not import.
private let PG_DIAG_SQLSTATE = UInt8(ascii: "C")
private let PG_DIAG_MESSAGE_PRIMARY = UInt8(ascii: "M")
private let PG_DIAG_CONSTRAINT_NAME = UInt8(ascii: "n")
