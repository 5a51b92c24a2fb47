import Synchronization

/// A statement's text in both dialects, made once: `?` stands for each value, in their order; or `?1`, `?2`, … for those
/// that stand in several places.
package struct SQLStatement: Sendable {
    private static let count = Atomic(0)

    /// No other statement's: by it a driver finds again what it has prepared, sooner than by a long text.
    package let number: Int
    /// As SQLite reads it.
    package let sqlite: String
    /// As PostgreSQL reads it: `$1`, `$2`, …
    package let postgres: String

    /// A text that is the same in both dialects.
    package init(_ text: String) { self.init { _ in text } }

    /// A text with the fragments of a dialect in it. An empty one: this database does it by itself.
    package init(_ text: (Dialect) -> String) {
        number = Self.count.add(1, ordering: .relaxed).newValue
        sqlite = text(.sqlite)
        postgres = Self.numbered(text(.postgres))
    }

    private static func numbered(_ text: String) -> String {
        let pieces = text.split(separator: "?", omittingEmptySubsequences: false)
        return pieces.enumerated().map { place, piece in
            if place == 0 { return String(piece) }
            return piece.first?.isNumber == true ? "$\(piece)" : "$\(place)\(piece)"
        }.joined()
    }
}
