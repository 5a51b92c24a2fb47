/// A statement's text in both dialects, made once: `?` stands for each value, in their order.
package struct SQLStatement: Sendable {
    /// As SQLite reads it.
    package let sqlite: String
    /// As PostgreSQL reads it: `$1`, `$2`, …
    package let postgres: String

    /// A text that is the same in both dialects.
    package init(_ text: String) { self.init { _ in text } }

    /// A text with the fragments of a dialect in it. An empty one: this database does it by itself.
    package init(_ text: (Dialect) -> String) {
        sqlite = text(.sqlite)
        postgres = Self.numbered(text(.postgres))
    }

    private static func numbered(_ text: String) -> String {
        let pieces = text.split(separator: "?", omittingEmptySubsequences: false)
        return pieces.enumerated().map { $0.offset == 0 ? String($0.element) : "$\($0.offset)\($0.element)" }.joined()
    }
}
