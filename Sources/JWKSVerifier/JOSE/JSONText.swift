/// A string of a JSON text: well-formed UTF-8, and where it has no escape the very bytes that were read.
enum JSONText {
    case plain(UnsafeBufferPointer<UInt8>)
    case resolved([UInt8])

    var name: JSONName {
        switch self {
        case .plain(let bytes): JSONName(bytes)
        case .resolved(let bytes): bytes.withUnsafeBufferPointer { JSONName($0) }
        }
    }

    var string: String {
        switch self {
        case .plain(let bytes): String(decoding: bytes, as: UTF8.self)
        case .resolved(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    /// As ``string``, but `known`'s own where both have the same bytes: it is not made anew.
    func string(sparing known: ExactText) -> String {
        if case .plain(let bytes) = self, known.equals(bytes) { return known.text }
        return string
    }
}

extension JSONReader {
    /// What stands in quotes; nil where it is none, or no UTF-8.
    mutating func text() -> JSONText? {
        guard next == UInt8(ascii: "\"") else { return nil }
        position += 1
        let begin = position
        var union: UInt8 = 0
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            union |= byte
            position += 1
        }
        guard next == UInt8(ascii: "\"") else { return escapedText(from: begin) }
        defer { position += 1 }
        let text = UnsafeBufferPointer(rebasing: bytes[begin..<position])
        // Nothing to validate in ASCII.
        return union < 0x80 || String(validating: text, as: UTF8.self) != nil ? .plain(text) : nil
    }

    private mutating func escapedText(from begin: Int) -> JSONText? {
        var text = Array(bytes[begin..<position])
        while let byte = next, byte >= 0x20 {
            position += 1
            if byte == UInt8(ascii: "\"") {
                return String(validating: text, as: UTF8.self) == nil ? nil : .resolved(text)
            }
            if byte == UInt8(ascii: "\\") {
                guard let scalar = escape() else { return nil }
                text += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            } else {
                text.append(byte)
            }
        }
        return nil
    }

    private mutating func escape() -> Unicode.Scalar? {
        defer { position += 1 }
        switch next {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"):
            guard let unit = unit(at: position + 1) else { return nil }
            position += 4
            guard unit & 0xFC00 == 0xD800 else { return Unicode.Scalar(unit) }
            guard position + 2 < bytes.count, bytes[position + 1] == UInt8(ascii: "\\"),
                bytes[position + 2] == UInt8(ascii: "u"), let low = self.unit(at: position + 3), low & 0xFC00 == 0xDC00
            else { return nil }
            position += 6
            return Unicode.Scalar(0x10000 + (unit & 0x3FF) << 10 + low & 0x3FF)
        default: return nil
        }
    }

    /// Four hexadecimal digits.
    private func unit(at begin: Int) -> UInt32? {
        guard begin + 4 <= bytes.count else { return nil }
        var unit: UInt32 = 0
        for byte in bytes[begin..<begin + 4] {
            switch byte {
            case 0x30...0x39: unit = unit << 4 | UInt32(byte - 0x30)
            case 0x41...0x46: unit = unit << 4 | UInt32(byte - 0x37)
            case 0x61...0x66: unit = unit << 4 | UInt32(byte - 0x57)
            default: return nil
            }
        }
        return unit
    }
}
