package import AuthCore

/// What a statement is given and what a row holds.
package enum SQLValue: Equatable, Sendable {
    case null
    case integer(Int64)
    /// A number with a fraction: no column of ours has any, but SQLite keeps what it was given.
    case real(Double)
    case text(String)
    case bytes([UInt8])

    /// Words without a space in them, as one text.
    package static func list(_ words: [String]) -> SQLValue { .text(words.joined(separator: " ")) }
    /// A number, or NULL.
    package static func optional(_ number: Int64?) -> SQLValue { number.map(SQLValue.integer) ?? .null }
    /// A text, or NULL.
    package static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
    /// Bytes, or NULL.
    package static func optional(_ bytes: [UInt8]?) -> SQLValue { bytes.map(SQLValue.bytes) ?? .null }
    /// A moment in milliseconds since 1970, or NULL.
    package static func optional(_ moment: Timestamp?) -> SQLValue { .optional(moment?.milliseconds) }
    /// A moment in milliseconds since 1970.
    package static func milliseconds(_ moment: Timestamp) -> SQLValue { .integer(moment.milliseconds) }
}
