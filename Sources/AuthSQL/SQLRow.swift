package import AuthCore

/// A row of an answer, read with care: what is not as it should be is an ``OperatorError/damaged(_:)`` that names table,
/// column and row, and never a guess. The row is named by its first value, which therefore is no secret.
package struct SQLRow: Sendable {
    private let values: [SQLValue]

    /// The values in the order of the statement's columns.
    package init(_ values: [SQLValue]) { self.values = values }

    /// Enough for every number and count, and far from where sums of them would overflow.
    private static let numbers: ClosedRange<Int64> = -(1 << 53)...(1 << 53)
    /// The end of the year 9999, in seconds since 1970, and as far the other way.
    private static let seconds: ClosedRange<Int64> = -253_402_300_799...253_402_300_799

    private subscript(index: Int) -> SQLValue { values.indices.contains(index) ? values[index] : .null }

    /// Whether there is no value.
    package func isNull(_ index: Int) -> Bool { if case .null = self[index] { true } else { false } }

    /// A whole number, up to 2^53 either way.
    /// - Parameter column: `table.column`, for the error.
    package func integer(_ index: Int, _ column: String) throws(OperatorError) -> Int64 {
        try integer(index, column, in: Self.numbers)
    }

    /// A whole number within `range`.
    package func integer(
        _ index: Int, _ column: String, in range: ClosedRange<Int64>
    ) throws(OperatorError) -> Int64 {
        guard case .integer(let number) = self[index] else { throw damaged(index, column, "a whole number") }
        guard range.contains(number) else { throw damaged(column, "the number is out of range") }
        return number
    }

    /// A moment before the year 10000, in milliseconds since 1970.
    package func moment(_ index: Int, _ column: String) throws(OperatorError) -> Timestamp {
        let range = Self.seconds.lowerBound * 1000...Self.seconds.upperBound * 1000
        return Timestamp(milliseconds: try integer(index, column, in: range))
    }

    /// A moment before the year 10000, in seconds since 1970.
    package func unixSeconds(_ index: Int, _ column: String) throws(OperatorError) -> Int64 {
        try integer(index, column, in: Self.seconds)
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

    /// The words of a text, as ``SQLValue/list(_:)`` put them together.
    package func list(_ index: Int, _ column: String) throws(OperatorError) -> [String] {
        var words: [String] = []
        var text = try text(index, column)
        text.withUTF8 { bytes in
            var start = 0
            for end in 0...bytes.count where end == bytes.count || bytes[end] == UInt8(ascii: " ") {
                if start < end { words.append(String(decoding: bytes[start..<end], as: UTF8.self)) }
                start = end + 1
            }
        }
        return words
    }

    /// Bytes.
    package func bytes(_ index: Int, _ column: String) throws(OperatorError) -> [UInt8] {
        guard case .bytes(let bytes) = self[index] else { throw damaged(index, column, "bytes") }
        return bytes
    }

    /// So many bytes.
    package func bytes(_ index: Int, _ column: String, count: Int) throws(OperatorError) -> [UInt8] {
        let bytes = try bytes(index, column)
        guard bytes.count == count else {
            throw damaged(column, "\(bytes.count) bytes stand where \(count) should")
        }
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
        guard let word = Word(rawValue: try text(index, column)) else { throw unknownWord(column) }
        return word
    }

    /// Several of the words that `Word` knows.
    package func words<Word: RawRepresentable<String>>(
        _ index: Int, _ column: String
    ) throws(OperatorError) -> [Word] {
        var words: [Word] = []
        for text in try list(index, column) {
            guard let word = Word(rawValue: text) else { throw unknownWord(column) }
            words.append(word)
        }
        return words
    }

    private func unknownWord(_ column: String) -> OperatorError {
        .damaged(
            "\(column) of the row \(name) says what this jwks-server does not know: a newer one wrote it, run that"
                + " one; if none did, \(Self.remedy(column))")
    }

    /// That a column holds what it should not.
    package func damaged(_ column: String, _ what: String) -> OperatorError {
        .damaged("\(column) of the row \(name): \(what); \(Self.remedy(column))")
    }

    /// A server does without a key's row: it makes a new key.
    private static func remedy(_ column: String) -> String {
        let isOfAKey = column.hasPrefix("keys.") || column.hasPrefix("key_states.")
        return "restore the database from a backup" + (isOfAKey ? ", or delete the row: a new key takes its place" : "")
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
