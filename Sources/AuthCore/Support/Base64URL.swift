import JWKSVerifier

/// Base64 with the URL alphabet and no padding (RFC 4648 §5, RFC 7515 §2).
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// Appends the encoding of `bytes` to `output`; one pass, no intermediate copy.
    package static func append(_ bytes: some Collection<UInt8>, to output: inout [UInt8]) {
        let isDone: Void? = bytes.withContiguousStorageIfAvailable { append($0, to: &output) }
        if isDone == nil { Array(bytes).withUnsafeBufferPointer { append($0, to: &output) } }
    }

    /// Every token goes through here: three bytes at a time.
    private static func append(_ bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) {
        let alphabet = alphabet
        func character(_ bits: UInt32, _ shift: UInt32) -> UInt8 { alphabet[Int(bits >> shift & 63)] }
        output.append(addingCapacity: (bytes.count * 4 + 2) / 3) { output in
            let whole = bytes.count - bytes.count % 3
            for i in stride(from: 0, to: whole, by: 3) {
                let bits = UInt32(bytes[i]) << 16 | UInt32(bytes[i + 1]) << 8 | UInt32(bytes[i + 2])
                output.append(character(bits, 18))
                output.append(character(bits, 12))
                output.append(character(bits, 6))
                output.append(character(bits, 0))
            }
            guard whole < bytes.count else { return }
            let isAlone = bytes.count - whole == 1
            let bits = UInt32(bytes[whole]) << 16 | (isAlone ? 0 : UInt32(bytes[whole + 1]) << 8)
            output.append(character(bits, 18))
            output.append(character(bits, 12))
            if !isAlone { output.append(character(bits, 6)) }
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
