// JOSE owns how a token and a key are read and a signature is checked, as pure functions of bytes. It must not know time,
// the network, or what a claim means.

/// Reads base64url as RFC 7515 §2 writes it: no padding, no other character, and no bits that stand for nothing, so each
/// value has one text.
package enum StrictBase64URL {
    /// Set where a character stands for nothing: no value has it, wherever in the block it lies.
    private static let stray: UInt32 = 1 << 31
    /// What each character stands for as the first, second, third and fourth of a block, one table after the other.
    private static let values: [UInt32] = {
        var values = [UInt32](repeating: stray, count: 4 * 256)
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        for (value, character) in alphabet.utf8.enumerated() {
            for place in 0..<4 { values[place * 256 + Int(character)] = UInt32(value) << UInt32(18 - 6 * place) }
        }
        return values
    }()

    /// What `text` encodes; nil where it is not the encoding of anything.
    package static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        Array(text).withUnsafeBufferPointer { withBytes($0) { $0.map { Array($0) } } }
    }

    /// What `read` makes of what `text` encodes, or of nil where it is not the encoding of anything. It lies on the stack
    /// where it is short.
    static func withBytes<Value, Failure: Error>(
        _ text: UnsafeBufferPointer<UInt8>, _ read: (UnsafeBufferPointer<UInt8>?) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let rest = text.count % 4
        let count = text.count / 4 * 3 + max(0, rest - 1)
        // Four bytes are written for three: the next block, or nobody, has the fourth.
        return try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 2) { output throws(Failure) in
            guard rest != 1,
                values.withUnsafeBufferPointer({ decode(text, into: UnsafeMutableRawBufferPointer(output), $0) })
            else { return try read(nil) }
            return try read(UnsafeBufferPointer(rebasing: output[..<count]))
        }
    }

    /// Whether it could.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableRawBufferPointer,
        _ values: UnsafeBufferPointer<UInt32>
    ) -> Bool {
        func value(_ place: Int, _ index: Int) -> UInt32 { values[place << 8 | Int(text[index])] }
        let (blocks, rest) = text.count.quotientAndRemainder(dividingBy: 4)
        // Looked at once, at the end: whatever stood for nothing leaves its bit here.
        var strays: UInt32 = 0
        for block in 0..<blocks {
            let begin = 4 * block
            let bits = value(0, begin) | value(1, begin + 1) | value(2, begin + 2) | value(3, begin + 3)
            strays |= bits
            output.storeBytes(of: (bits << 8).bigEndian, toByteOffset: 3 * block, as: UInt32.self)
        }
        if rest > 0 {
            let begin = 4 * blocks
            let bits = value(0, begin) | value(1, begin + 1) | (rest == 3 ? value(2, begin + 2) : 0)
            // And bits that would be bytes of their own.
            strays |= bits & (rest == 3 ? 0xFF : 0xFFFF) == 0 ? bits : stray
            output[3 * blocks] = UInt8(truncatingIfNeeded: bits >> 16)
            if rest == 3 { output[3 * blocks + 1] = UInt8(truncatingIfNeeded: bits >> 8) }
        }
        return strays & stray == 0
    }
}
