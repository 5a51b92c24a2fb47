/// Walks over the members of the one object that a header or a payload is, and makes values of those alone that are asked
/// for. What ``JSON`` refuses is refused here too, wherever it stands.
struct JSONMembers {
    private var reader: JSONReader
    private var names = JSONNames()
    private var isFirst = true

    /// - Throws: ``InvalidToken/malformed``, as all of it, where the bytes are not one object.
    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(InvalidToken) {
        reader = JSONReader(bytes, depth: 1)
        reader.skipBlanks()
        guard reader.take("{") else { throw .malformed }
    }

    /// The name of the next member, whose value has to be taken before the one after it; nil at the end.
    mutating func next() throws(InvalidToken) -> JSONName? {
        reader.skipBlanks()
        if reader.take("}") {
            guard reader.isAtEnd else { throw .malformed }
            return nil
        }
        if !isFirst, !reader.take(",") { throw .malformed }
        isFirst = false
        guard let name = reader.name(), names.insert(name) else { throw .malformed }
        return name
    }

    /// The value, where it is a string.
    mutating func text() throws(InvalidToken) -> JSONText? {
        reader.skipBlanks()
        guard reader.next == UInt8(ascii: "\"") else {
            try skipValue()
            return nil
        }
        guard let text = reader.text() else { throw .malformed }
        return text
    }

    /// The value, where it is an integer of 64 bits.
    mutating func integer() throws(InvalidToken) -> Int64? {
        guard case .number(let number) = try value() else { return nil }
        return number
    }

    mutating func value() throws(InvalidToken) -> JSON {
        guard let value = reader.value() else { throw .malformed }
        return value
    }

    mutating func skipValue() throws(InvalidToken) {
        guard reader.skipValue() else { throw .malformed }
    }
}
