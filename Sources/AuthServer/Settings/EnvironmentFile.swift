/// A `.env` file: `NAME=value` lines, `#` comments, an optional `export`, values in single or double quotes or bare.
package enum EnvironmentFile {
    /// The names and values in `text`; a name that comes twice has its last value. `path` is for the error.
    /// - Throws: ``SettingsError`` naming the line that is none of these.
    package static func parse(_ text: String, path: String) throws -> [String: String] {
        var values: [String: String] = [:]
        // Swift sees CR LF as one character, which is not the LF.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (number, line) in lines.enumerated() {
            var line = trimmed(line)
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = trimmed(line.dropFirst(7)) }
            guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
                throw SettingsError("\(path), line \(number + 1): expected NAME=value")
            }
            values[String(trimmed(line[..<equals]))] = unquoted(trimmed(line[line.index(after: equals)...]))
        }
        return values
    }

    private static func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0.isWhitespace }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }

    private static func unquoted(_ value: Substring) -> String {
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            return String(value.dropFirst().dropLast())
        }
        // A bare value ends where a comment begins.
        guard
            let comment = value.indices.first(where: {
                value[$0] == "#" && $0 > value.startIndex
                    && value[value.index(before: $0)].isWhitespace
            })
        else { return String(value) }
        return String(trimmed(value[..<comment]))
    }
}
