package import AuthCore

/// A row of an answer, read with care: what is not as it should be is an ``OperatorError/damaged(_:)`` that names table,
/// column and row, and never a guess. The row is named by its first value, which therefore is no secret.
package struct SQLRow: Sendable {
    private let values: [SQLValue]

    /// The values in the order of the statement's columns.
    package init(_ values: [SQLValue]) { self.values = values }

    /// Enough for every moment and count, and far from where sums of them would overflow.
    private static let largestNumber: Int64 = 1 << 53

    private subscript(index: Int) -> SQLValue { values.indices.contains(index) ? values[index] : .null }

    /// Whether there is no value.
    package func isNull(_ index: Int) -> Bool { self[index] == .null }

    /// A whole number, up to 2^53 either way.
    /// - Parameter column: `table.column`, for the error.
    package func integer(_ index: Int, _ column: String) throws(OperatorError) -> Int64 {
        guard case .integer(let number) = self[index] else { throw damaged(index, column, "a whole number") }
        guard (-Self.largestNumber...Self.largestNumber).contains(number) else {
            throw damaged(column, "the number is out of range")
        }
        return number
    }

    /// A moment, in milliseconds since 1970.
    package func moment(_ index: Int, _ column: String) throws(OperatorError) -> Timestamp {
        Timestamp(milliseconds: try integer(index, column))
    }

    /// A moment, in milliseconds since 1970, or nil.
    package func optionalMoment(_ index: Int, _ column: String) throws(OperatorError) -> Timestamp? {
        isNull(index) ? nil : try moment(index, column)
    }

    /// A text.
    package func text(_ index: Int, _ column: String) throws(OperatorError) -> String {
        guard case .text(let text) = self[index] else { throw damaged(index, column, "a text") }
        return text
    }

    /// Bytes.
    package func bytes(_ index: Int, _ column: String) throws(OperatorError) -> [UInt8] {
        guard case .bytes(let bytes) = self[index] else { throw damaged(index, column, "bytes") }
        return bytes
    }

    /// Bytes, or the bytes of a text: the original wrote its keys as text.
    package func bytesOrText(_ index: Int, _ column: String) throws(OperatorError) -> [UInt8] {
        if case .text(let text) = self[index] { return Array(text.utf8) }
        return try bytes(index, column)
    }

    /// One of the words that `Word` knows.
    package func word<Word: RawRepresentable<String>>(
        _ index: Int, _ column: String
    ) throws(OperatorError) -> Word {
        guard let word = Word(rawValue: try text(index, column)) else {
            throw .damaged(
                "\(column) of the row \(name) says what this jwks-server does not know: a newer one wrote it, run that"
                    + " one")
        }
        return word
    }

    /// That a column holds what it should not.
    package func damaged(_ column: String, _ what: String) -> OperatorError {
        .damaged("\(column) of the row \(name): \(what); restore the database from a backup")
    }

    private func damaged(_ index: Int, _ column: String, _ expected: String) -> OperatorError {
        damaged(column, "\(kind(self[index])) stands where \(expected) should")
    }

    private func kind(_ value: SQLValue) -> String {
        switch value {
        case .null: "nothing"
        case .integer: "a whole number"
        case .real: "a number with a fraction"
        case .text: "a text"
        case .bytes: "bytes"
        }
    }

    /// In one line, however odd it may be.
    private var name: String {
        switch self[0] {
        case .integer(let number): "\(number)"
        case .text(let text): String(text.prefix(64)).debugDescription
        case .null, .real, .bytes: "without a name"
        }
    }
}
