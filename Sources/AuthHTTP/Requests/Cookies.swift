/// The cookies of a request (RFC 6265bis §5.8): all lines of the field are one list.
package struct Cookies: Sendable {
    private let values: [String: String]

    /// One name with two values is none: somebody else in the domain set the other, and nobody can say which is ours.
    /// - Parameter lines: of the field `Cookie`.
    package init(_ lines: [String]) {
        var values: [String: String] = [:]
        var contested: Set<String> = []
        for pair in lines.lazy.flatMap({ $0.utf8.split(separator: UInt8(ascii: ";")) }) {
            let name = pair.prefix { $0 != UInt8(ascii: "=") }
            guard name.count < pair.count, let key = Self.text(name),
                let value = Self.text(pair.dropFirst(name.count + 1))
            else { continue }
            if let other = values.updateValue(value, forKey: key), other != value { contested.insert(key) }
        }
        for key in contested { values[key] = nil }
        self.values = values
    }

    /// The value of a cookie.
    package subscript(name: String) -> String? { values[name] }

    private static func text(_ bytes: Substring.UTF8View) -> String? {
        let bytes = bytes.trimmingOptionalWhitespace
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(Substring(bytes))
    }
}
