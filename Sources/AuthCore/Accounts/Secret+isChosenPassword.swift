import Foundation

extension Secret {
    private static let lengths = 8...1_024

    /// Whether a person may choose it as a password: 8 to 1,024 bytes as UTF-8 in NFC, so that it is as long on every
    /// keyboard. It is compared as it was given all the same.
    package var isChosenPassword: Bool {
        withBytes { bytes in
            // NFC makes it shorter by a few times at the most: what is far longer need not be normalised.
            guard bytes.count <= 16 * Self.lengths.upperBound else { return false }
            let text = String(decoding: bytes, as: UTF8.self)
            return Self.lengths.contains(text.precomposedStringWithCanonicalMapping.utf8.count)
        }
    }

    /// - Parameter name: what the caller knows it as, for the error.
    /// - Throws: ``AuthError/invalidRequest(_:)`` where ``isChosenPassword`` is false.
    func requireChosen(_ name: String) throws(AuthError) {
        guard isChosenPassword else { throw .invalidRequest("\(name) must have 8 to 1,024 bytes") }
    }
}
