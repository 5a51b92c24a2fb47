/// The few lines of JSON that the server writes, straight into bytes: no encoder, no intermediate tree.
package enum JSONText {
    /// Appends `text` as a JSON string with its quotes (RFC 8259 §7).
    ///
    /// What does not show is escaped too (U+2028, DEL, what turns the direction of text): legal in JSON, but it breaks a
    /// line in some log viewers, or lets it be read as another one.
    package static func append(string text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        defer { output.append(UInt8(ascii: "\"")) }
        // What nearly every text is, and every token.
        let isCopied = text.utf8.withContiguousStorageIfAvailable { bytes in
            let isPlain = bytes.isPlain(but: "\"", and: "\\")
            if isPlain { output.append(contentsOf: bytes) }
            return isPlain
        }
        if isCopied == true { return }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += [0x5C, 0x22]
            case "\\": output += [0x5C, 0x5C]
            case "\n": output += Array("\\n".utf8)
            case "\r": output += Array("\\r".utf8)
            case "\t": output += Array("\\t".utf8)
            case " "..<"\u{7F}": output.append(UInt8(truncatingIfNeeded: scalar.value))
            case _ where !scalar.isVisible:
                for unit in String(scalar).utf16 {
                    let digits = String(unit, radix: 16)
                    output += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
                }
            default: output += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    private static func append(object parts: [[(name: String, value: JSONValue)]], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for members in parts {
            for member in members {
                if !isFirst { output.append(UInt8(ascii: ",")) }
                isFirst = false
                append(string: member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                append(value: member.value, to: &output)
            }
        }
        output.append(UInt8(ascii: "}"))
    }

    private static func append(value: JSONValue, to output: inout [UInt8]) {
        switch value {
        case .string(let text): append(string: text, to: &output)
        case .integer(let number): output.append(contentsOf: String(number).utf8)
        case .boolean(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .null: output.append(contentsOf: "null".utf8)
        case .object(let members): append(object: [members], to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                append(value: value, to: &output)
            }
            output.append(UInt8(ascii: "]"))
        }
    }

    /// The bytes of an object with these members, in the order given.
    package static func object(_ members: [(name: String, value: JSONValue)]...) -> [UInt8] {
        var output: [UInt8] = []
        // More than most have, but for those with tokens.
        output.reserveCapacity(512)
        append(object: members, to: &output)
        return output
    }
}

/// A JSON value to be written.
package enum JSONValue: Sendable {
    case string(String)
    case integer(Int64)
    case boolean(Bool)
    case null
    case object([(name: String, value: JSONValue)])
    case array([JSONValue])
}
