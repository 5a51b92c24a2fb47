import Foundation

/// Text that equals other text only where both have the same bytes (RFC 8725 §3.10, RFC 7519 §2: StringOrURI). Two `String`s
/// are equal as soon as they look the same: an issuer or a kid with another spelling of "é" would pass.
package struct ExactText: Hashable, Sendable, ExpressibleByStringLiteral {
    /// As it was written.
    package let text: String

    /// This text.
    package init(_ text: String) { self.text = text }

    /// This text.
    package init(stringLiteral text: String) { self.init(text) }

    /// Whether these are its bytes.
    func equals(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.utf8.count == bytes.count else { return false }
        var text = text
        return text.withUTF8 { text in
            guard let own = text.baseAddress, let other = bytes.baseAddress else { return true }
            return memcmp(own, other, bytes.count) == 0
        }
    }

    package static func == (left: Self, right: Self) -> Bool {
        var right = right.text
        return right.withUTF8 { left.equals($0) }
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
