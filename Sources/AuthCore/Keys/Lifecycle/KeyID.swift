/// The `kid` of a signing key: the number of its row, never used again after the key is gone.
package struct KeyID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The column `keys.kid`.
    package let number: Int64

    /// The kid with this number.
    package init(_ number: Int64) { self.number = number }

    /// The `kid` as tokens and the JWK Set show it.
    package var description: String { String(number) }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}
