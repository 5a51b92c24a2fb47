import Crypto
package import Foundation

/// How many rows went by, and their checksum: two tables with one tally hold the same.
package struct TableChecksum: Equatable, CustomStringConvertible {
    /// Rows counted.
    package private(set) var rows = 0
    private var hash = SHA256()

    /// Nothing counted yet.
    package init() {}

    /// Counts a row, one line of ``ExportRow``.
    package mutating func count(_ line: some ContiguousBytes) {
        rows += 1
        line.withUnsafeBytes { hash.update(bufferPointer: $0) }
    }

    /// SHA-256 of all lines, in hexadecimal digits.
    package var checksum: String {
        hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    package var description: String { "\(rows) rows, SHA-256 \(checksum)" }

    package static func == (left: Self, right: Self) -> Bool {
        left.rows == right.rows && left.checksum == right.checksum
    }
}
