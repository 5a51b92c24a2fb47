import JWKSVerifier

/// Base64 with the URL alphabet and no padding (RFC 4648 §5, RFC 7515 §2).
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Appends the encoding of `bytes` to `output`; one pass, no intermediate copy.
    package static func append(_ bytes: some Collection<UInt8>, to output: inout [UInt8]) {
        output.reserveCapacity(output.count + (bytes.count * 4 + 2) / 3)
        var bits: UInt32 = 0
        var pending = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            pending += 8
            while pending >= 6 {
                pending -= 6
                output.append(alphabet[Int(bits >> UInt32(pending)) & 63])
            }
        }
        if pending > 0 {
            output.append(alphabet[Int(bits << UInt32(6 - pending)) & 63])
        }
    }

    /// What `text` encodes; nil for padding, a character that is not of the alphabet, and bits that stand for nothing: each
    /// value has one text.
    package static func bytes(_ text: some Collection<UInt8>) -> [UInt8]? {
        StrictBase64URL.bytes(ArraySlice(text))
    }

    /// The encoding of `bytes` as text.
    package static func text(_ bytes: some Collection<UInt8>) -> String {
        var output: [UInt8] = []
        append(bytes, to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}
