/// Text that equals other text only where both have the same bytes (RFC 8725 §3.10, RFC 7519 §2: StringOrURI). Two `String`s
/// are equal as soon as they look the same: an issuer or a kid with another spelling of "é" would pass.
package struct ExactText: Hashable, Sendable, ExpressibleByStringLiteral {
    /// As it was written.
    package let text: String
    /// Up to seven bytes and how many they are, in one number: names are compared more often than anything else. 0 where
    /// there are none or more.
    private let short: UInt64

    /// This text.
    package init(_ text: String) {
        self.text = text
        let count = text.utf8.count
        short = count > 7 ? 0 : text.utf8.reduce(UInt64(count)) { $0 << 8 | UInt64($1) }
    }

    /// This text.
    package init(stringLiteral text: String) { self.init(text) }

    package static func == (left: Self, right: Self) -> Bool {
        guard left.short == 0, right.short == 0 else { return left.short == right.short }
        guard left.text.utf8.count == right.text.utf8.count else { return false }
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { left in right.withUTF8 { right in left.elementsEqual(right) } }
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
