/// The parts of an absolute URI without a fragment (RFC 3986 §4.3), as they are written: nothing is decoded, folded or
/// mended, so that no two programs can understand it differently.
struct AbsoluteURI {
    private static let mostBytes = 2_000
    private static let separators = "-._~:/?[]@!$&'()+,;=%".utf8

    /// In lower case.
    let scheme: String
    /// What stands between `//` and the path; nil where there is no `//`.
    let authority: Substring?
    /// Up to the query.
    let path: Substring
    /// Whether there is a `?`.
    let hasQuery: Bool

    /// - Parameter name: what it is, for the error.
    /// - Throws: ``AuthError/invalidRequest(_:)`` naming the rule that it breaks.
    init(_ text: String, called name: String) throws(AuthError) {
        let bytes = text.utf8
        guard bytes.count <= Self.mostBytes else {
            throw .invalidRequest("\(name) has at most \(Self.mostBytes) bytes")
        }
        guard !bytes.contains(UInt8(ascii: "#")) else { throw .invalidRequest("\(name) has no fragment: leave out #") }
        guard !bytes.contains(UInt8(ascii: "*")) else {
            throw .invalidRequest("\(name) is written out in full: * stands for nothing")
        }
        guard bytes.allSatisfy({ $0.isAlphanumeric || Self.separators.contains($0) }), Self.isPercentEncoded(text)
        else {
            throw .invalidRequest(
                "\(name) holds the characters of a URI alone (RFC 3986): write others as % and two digits, a host in punycode"
            )
        }
        let (scheme, rest) = Self.split(text[...], at: ":")
        guard let rest, Self.isScheme(scheme) else {
            throw .invalidRequest("\(name) begins with a scheme in lower case, such as https://")
        }
        self.scheme = String(scheme)
        let hasAuthority = rest.hasPrefix("//")
        let hierarchy = hasAuthority ? rest.dropFirst(2) : rest
        let (before, query) = Self.split(hierarchy, at: "?")
        hasQuery = query != nil
        let end = hasAuthority ? before.firstIndex(of: "/") ?? before.endIndex : before.startIndex
        authority = hasAuthority ? before[..<end] : nil
        path = before[end...]
        guard authority?.contains("@") != true else {
            throw .invalidRequest("\(name) names no user: leave out what stands before the @")
        }
        guard !path.split(separator: "/").contains(where: Self.isDotSegment) else {
            throw .invalidRequest("\(name) has no . or .. in its path: browsers would change it on the way")
        }
    }

    /// Whether the authority is a host name, an IPv4 address or an IPv6 address in brackets, perhaps with a port.
    var hasHost: Bool {
        guard let authority else { return false }
        guard authority.hasPrefix("[") else {
            let (host, port) = Self.split(authority, at: ":")
            return Self.isHostName(host) && Self.isPort(port)
        }
        let (host, rest) = Self.split(authority.dropFirst(), at: "]")
        guard let rest, host.utf8.count > 1, host.utf8.allSatisfy(\.isOfIPv6) else { return false }
        return rest.isEmpty || rest.hasPrefix(":") && Self.isPort(rest.dropFirst())
    }

    private static func isHostName(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && label.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isPort(_ digits: Substring?) -> Bool { digits.map { port($0.utf8) != nil } ?? true }

    /// A port number in digits; nil for anything else.
    static func port(_ digits: some Collection<UInt8>) -> UInt16? {
        guard (1...5).contains(digits.count), digits.allSatisfy(\.isDigit) else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return number > 0 ? UInt16(exactly: number) : nil
    }

    private static func split(_ text: Substring, at separator: Character) -> (before: Substring, after: Substring?) {
        guard let index = text.firstIndex(of: separator) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func isScheme(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first.isLowerCase else { return false }
        return text.utf8.allSatisfy { $0.isLowerCase || $0.isDigit || "+-.".utf8.contains($0) }
    }

    private static func isDotSegment(_ segment: Substring) -> Bool {
        let plain = segment.lowercased().split(separator: "%2e", omittingEmptySubsequences: false).joined(
            separator: ".")
        return plain == "." || plain == ".."
    }

    private static func isPercentEncoded(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "%"), omittingEmptySubsequences: false).dropFirst().allSatisfy { part in
            part.count >= 2 && part.prefix(2).allSatisfy(\.isHexadecimal)
        }
    }
}

extension UInt8 {
    fileprivate var isLowerCase: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) }

    fileprivate var isHexadecimal: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self | 0x20)
    }

    fileprivate var isOfIPv6: Bool { isHexadecimal || self == UInt8(ascii: ":") || self == UInt8(ascii: ".") }
}
