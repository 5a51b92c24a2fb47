// JOSE owns how a token and a key are read and a signature is checked, as pure functions of bytes. It must not know time,
// the network, or what a claim means.

/// Reads base64url as RFC 7515 §2 writes it: no padding, no other character, and no bits that stand for nothing, so each
/// value has one text.
package enum StrictBase64URL {
    private static let none: UInt8 = 0x80
    /// What each character stands for; ``none`` for all that stand for nothing.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: none, count: 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for (value, character) in alphabet.utf8.enumerated() { values[Int(character)] = UInt8(value) }
        return values
    }()

    /// What `text` encodes; nil where it is not the encoding of anything.
    package static func bytes(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        text.withUnsafeBufferPointer { text in values.withUnsafeBufferPointer { decoded(text, $0) } }
    }

    private static func decoded(
        _ text: UnsafeBufferPointer<UInt8>, _ values: UnsafeBufferPointer<UInt8>
    ) -> [UInt8]? {
        let (blocks, rest) = text.count.quotientAndRemainder(dividingBy: 4)
        guard rest != 1 else { return nil }
        let count = blocks * 3 + max(0, rest - 1)
        // Looked at once, at the end: whatever stood for nothing leaves its bit here.
        var strays: UInt8 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { output, written in
            for block in 0..<blocks {
                let (a, b) = (values[Int(text[4 * block])], values[Int(text[4 * block + 1])])
                let (c, d) = (values[Int(text[4 * block + 2])], values[Int(text[4 * block + 3])])
                strays |= a | b | c | d
                output[3 * block] = a << 2 | b >> 4
                output[3 * block + 1] = b << 4 | c >> 2
                output[3 * block + 2] = c << 6 | d
            }
            if rest > 0 {
                let (a, b) = (values[Int(text[4 * blocks])], values[Int(text[4 * blocks + 1])])
                let c = rest == 3 ? values[Int(text[4 * blocks + 2])] : 0
                strays |= a | b | c
                output[3 * blocks] = a << 2 | b >> 4
                if rest == 3 { output[3 * blocks + 1] = b << 4 | c >> 2 }
                if rest == 2 ? b & 0x0F != 0 : c & 0x03 != 0 { strays |= none }
            }
            written = count
        }
        return strays & none == 0 ? bytes : nil
    }
}
