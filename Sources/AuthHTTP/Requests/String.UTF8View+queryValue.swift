extension String.UTF8View {
    /// Escaped, no value that we know is longer.
    private static let longestValue = 64

    /// The value of a parameter in the query of this target (RFC 3986 §3.4), the first one where there are several, without
    /// its escapes; nil where there is none. One that is longer than any value of ours, or not ASCII, is "?".
    ///
    /// By bytes, and never all of them as a `String`: hashing or comparing what is not ASCII normalises it.
    package func queryValue(of name: StaticString) -> String? {
        guard let mark = firstIndex(of: UInt8(ascii: "?")) else { return nil }
        let query = self[index(after: mark)...].prefix { $0 != UInt8(ascii: "#") }
        let name = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        for parameter in query.split(separator: UInt8(ascii: "&")) {
            let key = parameter.prefix { $0 != UInt8(ascii: "=") }
            guard key.elementsEqual(name) else { continue }
            return Self.unescaped(parameter.dropFirst(key.count + 1)) ?? "?"
        }
        return nil
    }

    private static func unescaped(_ value: Substring.UTF8View) -> String? {
        var (text, rest) = ("", value)
        guard value.count <= longestValue else { return nil }
        while let byte = rest.popFirst() {
            var byte = byte
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                    return nil
                }
                byte = high << 4 | low
            }
            guard byte < 0x80 else { return nil }
            text.unicodeScalars.append(Unicode.Scalar(byte))
        }
        return text
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        byte < 0x80 ? Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init) : nil
    }
}
