import AuthCore

/// Prints a JSON object on a line of stdout.
func printJSON(_ members: [(name: String, value: JSONValue)]) {
    print(String(decoding: JSONText.object(members), as: UTF8.self))
}

extension JSONValue {
    /// RFC 3339 in UTC, whole seconds; null for none.
    static func moment(_ moment: Timestamp?) -> JSONValue {
        guard let moment else { return .null }
        return .string(utcText(moment).split(separator: " ").joined(separator: "T") + "Z")
    }
}
