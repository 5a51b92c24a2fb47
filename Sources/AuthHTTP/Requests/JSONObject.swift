package import AuthCore

/// A strict reader (RFC 8259) for the small objects that clients send: one pass, no Foundation, no recursion beyond a
/// fixed depth, no number ever converted.
///
/// Refused: anything but an object, duplicate members, more of them than anybody needs, invalid UTF-8, lone surrogates,
/// trailing text, deep nesting.
package struct JSONObject {
    /// What a member's value is, as far as we look.
    enum Value: Equatable {
        case string(String)
        case null
        case other
    }

    private static let deepest = 16
    /// In one object: each name is compared with those before it.
    fileprivate static let mostMembers = 32
    private let members: [(name: String, value: Value)]

    /// - Throws: ``AuthError/invalidRequest(_:)`` with a sentence that repeats nothing of the input.
    package init(_ bytes: some Collection<UInt8>) throws(AuthError) {
        var reader = JSONReader(Array(bytes))
        members = try reader.document(deepest: Self.deepest)
    }

    /// Whether there is such a member, whatever its value.
    package func has(_ name: String) -> Bool { members.contains { $0.name.utf8.elementsEqual(name.utf8) } }

    /// The text of a member that must be there.
    func string(_ name: String) throws(AuthError) -> String {
        guard let text = try optionalString(name) else { throw .invalidRequest("\(name) is missing") }
        return text
    }

    /// The text of a member that may be missing or null.
    /// - Throws: ``AuthError/invalidRequest(_:)`` for one that is no text.
    package func optionalString(_ name: String) throws(AuthError) -> String? {
        switch members.first(where: { $0.name.utf8.elementsEqual(name.utf8) })?.value {
        case .string(let text): return text
        case nil, .null: return nil
        case .other: throw .invalidRequest("\(name) must be a string")
        }
    }
}

/// The scanner behind ``JSONObject``.
private struct JSONReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func document(deepest: Int) throws(AuthError) -> [(name: String, value: JSONObject.Value)] {
        skipSpace()
        guard peek == UInt8(ascii: "{") else { throw .invalidRequest("the body must be a JSON object") }
        let members = try object(depth: deepest)
        skipSpace()
        guard peek == nil else { throw malformed }
        return members
    }

    private var peek: UInt8? { position < bytes.count ? bytes[position] : nil }
    private var malformed: AuthError { .invalidRequest("the body is not well-formed JSON") }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func expect(_ byte: UInt8) throws(AuthError) {
        guard peek == byte else { throw malformed }
        position += 1
    }

    private mutating func accept(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func object(depth: Int) throws(AuthError) -> [(name: String, value: JSONObject.Value)] {
        guard depth > 0 else { throw .invalidRequest("the body is nested too deeply") }
        try expect(UInt8(ascii: "{"))
        var members: [(name: String, value: JSONObject.Value)] = []
        skipSpace()
        if accept(UInt8(ascii: "}")) { return members }
        repeat {
            skipSpace()
            let name = try string()
            skipSpace()
            try expect(UInt8(ascii: ":"))
            guard members.count < JSONObject.mostMembers else {
                throw .invalidRequest("the body has more than \(JSONObject.mostMembers) members in an object")
            }
            guard !members.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
                throw .invalidRequest("the body has a member twice")
            }
            members.append((name, try value(depth: depth - 1)))
            skipSpace()
        } while accept(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
        return members
    }

    private mutating func array(depth: Int) throws(AuthError) {
        guard depth > 0 else { throw .invalidRequest("the body is nested too deeply") }
        try expect(UInt8(ascii: "["))
        skipSpace()
        if accept(UInt8(ascii: "]")) { return }
        repeat {
            _ = try value(depth: depth - 1)
            skipSpace()
        } while accept(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    private mutating func value(depth: Int) throws(AuthError) -> JSONObject.Value {
        skipSpace()
        switch peek {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): _ = try object(depth: depth)
        case UInt8(ascii: "["): try array(depth: depth)
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default: try number()
        }
        return .other
    }

    private mutating func word(_ word: StaticString) throws(AuthError) {
        for byte in UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount) { try expect(byte) }
    }

    private mutating func number() throws(AuthError) {
        _ = accept(UInt8(ascii: "-"))
        if !accept(UInt8(ascii: "0")) { try digits() }
        if accept(UInt8(ascii: ".")) { try digits() }
        if accept(UInt8(ascii: "e")) || accept(UInt8(ascii: "E")) {
            if !accept(UInt8(ascii: "+")) { _ = accept(UInt8(ascii: "-")) }
            try digits()
        }
    }

    private mutating func digits() throws(AuthError) {
        let start = position
        while let byte = peek, (0x30...0x39).contains(byte) { position += 1 }
        guard position > start else { throw malformed }
    }

    private mutating func string() throws(AuthError) -> String {
        try expect(UInt8(ascii: "\""))
        var text: [UInt8] = []
        while let byte = peek {
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw .invalidRequest("the body is not valid UTF-8")
                }
                return string
            case UInt8(ascii: "\\"): text += try escape()
            case 0..<0x20: throw malformed
            default: text.append(byte)
            }
        }
        throw malformed
    }

    private mutating func escape() throws(AuthError) -> [UInt8] {
        guard let byte = peek else { throw malformed }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return Array(String(Character(try escapedScalar())).utf8)
        default: throw malformed
        }
    }

    private mutating func escapedScalar() throws(AuthError) -> Unicode.Scalar {
        let unit = try hexadecimal()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        // A surrogate: only a high one followed by an escaped low one is a character (RFC 8259 §7, §8.2).
        guard unit < 0xDC00, accept(UInt8(ascii: "\\")), accept(UInt8(ascii: "u")) else {
            throw .invalidRequest("the body has half a surrogate pair")
        }
        let low = try hexadecimal()
        guard (0xDC00..<0xE000).contains(low),
            let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
        else { throw .invalidRequest("the body has half a surrogate pair") }
        return scalar
    }

    private mutating func hexadecimal() throws(AuthError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw malformed
            }
            position += 1
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }
}
