/// Reads a JSON text from its bytes, in one pass.
struct JSONReader {
    /// Deeper than any claim, and far from the end of the stack.
    private static let deepest = 32
    /// Up to here names are compared one by one; beyond, with a set, or a long header would cost its square.
    private static let few = 16

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    /// The value that `bytes` are; nil where they are none.
    static func value(of bytes: UnsafeBufferPointer<UInt8>) -> JSON? {
        var reader = JSONReader(bytes: bytes)
        guard let value = reader.value() else { return nil }
        reader.skipBlanks()
        return reader.position == bytes.count ? value : nil
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private mutating func takeWord(_ word: StaticString) -> Bool {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count,
            (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
        else { return false }
        position += count
        return true
    }

    private mutating func value() -> JSON? {
        skipBlanks()
        switch next {
        case UInt8(ascii: "\""): return string().map(JSON.string)
        case UInt8(ascii: "{"): return nested { $0.object() }
        case UInt8(ascii: "["): return nested { $0.array() }
        case UInt8(ascii: "t"): return takeWord("true") ? .boolean(true) : nil
        case UInt8(ascii: "f"): return takeWord("false") ? .boolean(false) : nil
        case UInt8(ascii: "n"): return takeWord("null") ? .null : nil
        default: return number()
        }
    }

    private mutating func nested(_ read: (inout JSONReader) -> JSON?) -> JSON? {
        guard depth < Self.deepest else { return nil }
        depth += 1
        position += 1
        defer { depth -= 1 }
        return read(&self)
    }

    private mutating func object() -> JSON? {
        skipBlanks()
        var members: [JSON.Member] = []
        var names: Set<ExactText> = []
        if take("}") { return .object(members) }
        members.reserveCapacity(12)
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\""), let name = string().map({ ExactText($0) }) else { return nil }
            if members.count == Self.few { names = Set(members.map(\.name)) }
            guard members.count < Self.few ? !members.contains(where: { $0.name == name }) : names.insert(name).inserted
            else { return nil }
            skipBlanks()
            guard take(":"), let value = value() else { return nil }
            members.append(JSON.Member(name: name, value: value))
            skipBlanks()
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array() -> JSON? {
        skipBlanks()
        var elements: [JSON] = []
        if take("]") { return .array(elements) }
        repeat {
            guard let value = value() else { return nil }
            elements.append(value)
            skipBlanks()
        } while take(",")
        return take("]") ? .array(elements) : nil
    }

    private mutating func number() -> JSON? {
        let isNegative = take("-")
        let begin = position
        var magnitude: UInt64? = 0
        while let byte = next, (0x30...0x39).contains(byte) {
            magnitude = magnitude.flatMap {
                let (tens, overflows) = $0.multipliedReportingOverflow(by: 10)
                let (sum, carries) = tens.addingReportingOverflow(UInt64(byte - 0x30))
                return overflows || carries ? nil : sum
            }
            position += 1
        }
        let digits = position - begin
        guard digits == 1 || digits > 1 && bytes[begin] != UInt8(ascii: "0") else { return nil }
        var isInteger = true
        if take(".") {
            isInteger = false
            guard takeDigits() else { return nil }
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            guard takeDigits() else { return nil }
        }
        guard isInteger, let magnitude = magnitude.flatMap({ Int64(exactly: $0) }) else { return .number(nil) }
        return .number(isNegative ? -magnitude : magnitude)
    }

    private mutating func takeDigits() -> Bool {
        let begin = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position > begin
    }

    private mutating func string() -> String? {
        position += 1
        let begin = position
        var union: UInt8 = 0
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
            union |= byte
            position += 1
        }
        guard next == UInt8(ascii: "\"") else { return escapedString(from: begin) }
        defer { position += 1 }
        let text = UnsafeBufferPointer(rebasing: bytes[begin..<position])
        // Nothing to validate in ASCII, and `String(validating:)` looks types up at run time.
        return union < 0x80 ? String(decoding: text, as: UTF8.self) : String(validating: text, as: UTF8.self)
    }

    private mutating func escapedString(from begin: Int) -> String? {
        var text = Array(bytes[begin..<position])
        while let byte = next, byte >= 0x20 {
            position += 1
            if byte == UInt8(ascii: "\"") { return String(validating: text, as: UTF8.self) }
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
