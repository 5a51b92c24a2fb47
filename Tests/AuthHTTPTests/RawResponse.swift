/// A response as it came over the wire.
struct RawResponse: Sendable {
    let bytes: [UInt8]
    let statusLine: String
    let fields: [(name: String, value: String)]
    let body: [UInt8]

    /// Takes the first whole response off `stream`; nil while it is not all there.
    init?(takingFrom stream: inout [UInt8], to method: String) {
        let end = Array("\r\n\r\n".utf8)
        guard let head = stream.indices.first(where: { stream[$0...].starts(with: end) }) else { return nil }
        let lines = String(decoding: stream[..<head], as: UTF8.self).split(separator: "\r\n")
        statusLine = lines.first.map(String.init) ?? ""
        fields = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            let value = line[colon...].dropFirst().drop { $0 == " " }
            return (String(line[..<colon]), String(value))
        }
        let length = fields.first { $0.name.lowercased() == "content-length" }.flatMap { Int($0.value) } ?? 0
        let hasBody = method != "HEAD" && !statusLine.contains(" 304 ")
        let bodyStart = head + end.count
        let total = bodyStart + (hasBody ? length : 0)
        guard stream.count >= total else { return nil }
        bytes = Array(stream[..<total])
        body = Array(stream[bodyStart..<total])
        stream.removeFirst(total)
    }

    var status: Int { statusLine.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The values of the field, one for each line of it.
    func values(_ name: String) -> [String] {
        fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    subscript(_ name: String) -> String? { values(name).first }

    /// The stable code of an error, where the body has exactly the contract's shape.
    var errorCode: String? {
        let start = #"{"error":""#
        let middle = #"","error_description":""#
        guard text.hasPrefix(start), text.hasSuffix(#""}"#),
            let code = text.dropFirst(start.count).split(separator: "\"").first,
            text.dropFirst(start.count + code.count).hasPrefix(middle)
        else { return nil }
        let sentence = text.dropFirst(start.count + code.count + middle.count).dropLast(2)
        return sentence.isEmpty || sentence.contains("\"") ? nil : String(code)
    }
}

/// Bytes as text in which the value of every Date and X-Request-Id field is a word.
func maskingDates(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self).split(separator: "\r\n", omittingEmptySubsequences: false).map { line in
        for name in ["date: ", "x-request-id: "] where line.lowercased().hasPrefix(name) {
            return line.prefix(name.count) + "(masked)"
        }
        return line
    }.joined(separator: "\r\n")
}
