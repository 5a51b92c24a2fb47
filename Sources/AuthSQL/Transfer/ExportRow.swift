/// A row as one line of bytes that is the same whichever database it lies in: PostgreSQL's text format of COPY, with
/// moments as `YYYY-MM-DD HH:MM:SS.ffffff` in UTC.
package struct ExportRow {
    /// With its line end, once every value is appended.
    package private(set) var line: [UInt8] = []

    /// A row without values.
    package init() {}

    /// Ends the row.
    package mutating func end() {
        if line.isEmpty { line.append(0x0A) } else { line[line.count - 1] = 0x0A }
    }

    /// NULL.
    package mutating func appendNull() { line += [0x5C, 0x4E, 0x09] }

    /// A whole number.
    package mutating func append(_ number: Int64) {
        line += String(number).utf8
        line.append(0x09)
    }

    /// Any text without NUL, which PostgreSQL cannot hold.
    package mutating func append(_ text: String) {
        for byte in text.utf8 {
            switch byte {
            case 0x08: line += [0x5C, UInt8(ascii: "b")]
            case 0x09: line += [0x5C, UInt8(ascii: "t")]
            case 0x0A: line += [0x5C, UInt8(ascii: "n")]
            case 0x0B: line += [0x5C, UInt8(ascii: "v")]
            case 0x0C: line += [0x5C, UInt8(ascii: "f")]
            case 0x0D: line += [0x5C, UInt8(ascii: "r")]
            case 0x5C: line += [0x5C, 0x5C]
            default: line.append(byte)
            }
        }
        line.append(0x09)
    }

    /// Bytes, as `\x` and hexadecimal digits.
    package mutating func append(_ bytes: some Sequence<UInt8>) {
        let digits = Array("0123456789abcdef".utf8)
        line += [0x5C, 0x5C, UInt8(ascii: "x")]
        for byte in bytes { line += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        line.append(0x09)
    }

    /// A moment as SQLite has it: `YYYY-MM-DD HH:MM:SS`, perhaps with a fraction, in UTC.
    /// - Returns: false when the text is nothing of this kind.
    package mutating func append(moment text: String) -> Bool {
        let bytes = Array(text.utf8)
        let shape = Array("0000-00-00 00:00:00".utf8)
        guard bytes.count >= shape.count else { return false }
        for (byte, expected) in zip(bytes, shape) {
            let isDigit = (0x30...0x39).contains(byte)
            let isSeparator = byte == expected || expected == 0x20 && byte == UInt8(ascii: "T")
            guard expected == 0x30 ? isDigit : isSeparator else { return false }
        }
        var fraction = bytes.dropFirst(shape.count)
        if !fraction.isEmpty {
            guard fraction.removeFirst() == UInt8(ascii: "."), (1...6).contains(fraction.count),
                fraction.allSatisfy({ (0x30...0x39).contains($0) })
            else { return false }
        }
        line += bytes.prefix(10) + [0x20] + bytes[11..<shape.count] + [UInt8(ascii: ".")] + fraction
        line += Array(repeating: 0x30, count: 6 - fraction.count) + [0x09]
        return true
    }
}
