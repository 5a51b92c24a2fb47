/// Reads a JSON text from its bytes, in one pass.
struct JSONReader {
    /// Deeper than any claim, and far from the end of the stack.
    private static let deepest = 32

    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    private var depth: Int

    /// The value that `bytes` are; nil where they are none.
    static func value(of bytes: UnsafeBufferPointer<UInt8>) -> JSON? {
        var reader = JSONReader(bytes)
        guard let value = reader.value() else { return nil }
        return reader.isAtEnd ? value : nil
    }

    /// - Parameter depth: how many objects and arrays it is inside of.
    init(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int = 0) {
        self.bytes = bytes
        self.depth = depth
    }

    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Whether nothing but blanks is left, which are taken.
    var isAtEnd: Bool {
        mutating get {
            skipBlanks()
            return position == bytes.count
        }
    }

    mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    mutating func take(_ character: Unicode.Scalar) -> Bool {
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

    /// The value that comes next; nil where there is none.
    mutating func value() -> JSON? {
        skipBlanks()
        switch next {
        case UInt8(ascii: "\""): return text().map { .string($0.string) }
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

    /// Takes the value that comes next, with all that ``value()`` refuses; false where there is none.
    mutating func skipValue() -> Bool {
        skipBlanks()
        return next == UInt8(ascii: "\"") ? text() != nil : value() != nil
    }

    /// The name of a member and its colon; nil where there is none.
    mutating func name() -> JSONName? {
        skipBlanks()
        guard let name = text()?.name else { return nil }
        skipBlanks()
        return take(":") ? name : nil
    }

    private mutating func object() -> JSON? {
        skipBlanks()
        var members: [JSON.Member] = []
        if take("}") { return .object(members) }
        var names = JSONNames()
        repeat {
            guard let name = name(), names.insert(name), let value = value() else { return nil }
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
        var (magnitude, isInteger): (UInt64, Bool) = (0, true)
        while let byte = next, (0x30...0x39).contains(byte) {
            let (tens, overflows) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carries) = tens.addingReportingOverflow(UInt64(byte - 0x30))
            isInteger = isInteger && !overflows && !carries
            magnitude = sum
            position += 1
        }
        let digits = position - begin
        guard digits == 1 || digits > 1 && bytes[begin] != UInt8(ascii: "0") else { return nil }
        if take(".") {
            isInteger = false
            guard takeDigits() else { return nil }
        }
        if take("e") || take("E") {
            isInteger = false
            if !take("+") { _ = take("-") }
            guard takeDigits() else { return nil }
        }
        guard isInteger, let magnitude = Int64(exactly: magnitude) else { return .number(nil) }
        return .number(isNegative ? -magnitude : magnitude)
    }

    private mutating func takeDigits() -> Bool {
        let begin = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position > begin
    }
}
