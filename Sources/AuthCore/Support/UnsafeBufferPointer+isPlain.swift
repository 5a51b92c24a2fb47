extension UnsafeBufferPointer<UInt8> {
    /// Whether every byte is a character that ASCII shows, or a space, but for two. No byte is passed over and nothing
    /// branches: so the processor looks at many at once, and a token has a thousand.
    package func isPlain(but first: Unicode.Scalar, and second: Unicode.Scalar) -> Bool {
        let (space, count, first, second) = (UInt8(0x20), UInt8(0x5F), UInt8(ascii: first), UInt8(ascii: second))
        var special: UInt8 = 0
        for byte in self {
            special |= (byte &- space < count ? 0 : 1) | (byte == first ? 1 : 0) | (byte == second ? 1 : 0)
        }
        return special == 0
    }
}
