package import AuthCore
import Foundation

/// What a stored hash says of itself, read before anything is computed by it: who can write to the database must not be
/// able to hold a hashing thread with one row.
package struct StoredHash {
    /// The memory that it asks for, in KiB.
    package let memoryKiB: Int
    /// How often that memory is gone through.
    package let passes: Int

    /// A PHC string of argon2id or argon2i, version 19 (RFC 9106 §3.1), as libsodium reads it.
    /// - Returns: nil for any other text, and for sizes that nobody hashes passwords with.
    package init?(_ hash: PasswordHash) {
        let text = hash.phcString
        guard text.utf8.count <= 256 else { return nil }
        let parts = Self.split(text[...], at: "$")
        guard parts.count == 6, parts[0].isEmpty, parts[1] == "argon2id" || parts[1] == "argon2i", parts[2] == "v=19",
            Self.bytes(parts[4], 8...64), Self.bytes(parts[5], 16...64)
        else { return nil }
        let numbers = Self.split(parts[3], at: ",")
        guard numbers.count == 3, let memory = Self.number(numbers[0], "m="),
            let passes = Self.number(numbers[1], "t="), let lanes = Self.number(numbers[2], "p="),
            (1...64).contains(lanes), memory >= 8 * lanes, passes >= 1
        else { return nil }
        memoryKiB = memory
        self.passes = passes
    }

    /// Whether it asks for 1 GiB and 2 GiB-passes at most, some seconds of a thread, or for no more than `parameters`
    /// do.
    package func isAffordable(beside parameters: Argon2id.Parameters) -> Bool {
        memoryKiB <= max(1_048_576, parameters.memoryKiB)
            && memoryKiB * passes <= max(2_097_152, parameters.memoryKiB * parameters.passes)
    }

    private static func split(_ text: Substring, at separator: Unicode.Scalar) -> [Substring] {
        text.utf8.split(separator: UInt8(ascii: separator), omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// A number in the one way to write it.
    private static func number(_ text: Substring, _ name: String) -> Int? {
        guard text.hasPrefix(name), let number = UInt32(text.dropFirst(2)), text.dropFirst(2) == "\(number)" else {
            return nil
        }
        return Int(number)
    }

    /// Whether a text is base64 without padding, in the one way to write it, of so many bytes.
    private static func bytes(_ text: Substring, _ count: ClosedRange<Int>) -> Bool {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard !text.utf8.contains(UInt8(ascii: "=")), let bytes = Data(base64Encoded: text + padding) else {
            return false
        }
        return count.contains(bytes.count) && bytes.base64EncodedString() == text + padding
    }
}
