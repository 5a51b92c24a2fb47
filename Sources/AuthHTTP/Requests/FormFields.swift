package import AuthCore
import Glibc

/// The parameters of a form or a query, `application/x-www-form-urlencoded` (URL Standard §5.1), read strictly: every
/// escape is one, every text is UTF-8, and what may stand once stands once (RFC 6749 §3.1).
package struct FormFields: Sendable {
    /// More than any request of OAuth has.
    private static let most = 64
    private let pairs: [(name: String, value: String)]

    /// - Parameter repeatable: the names that may stand several times (RFC 8707 §2: `resource`).
    /// - Throws: ``AuthError/invalidRequest(_:)``, which names a parameter of ours at most.
    package init(_ bytes: some Collection<UInt8>, repeatable: Set<String> = []) throws(AuthError) {
        pairs = try Self.pairs(bytes)
        for (place, (name, _)) in pairs.enumerated() where pairs[..<place].contains(where: { $0.name == name }) {
            guard repeatable.contains(name) else { throw .invalidRequest("a parameter stands there twice") }
        }
    }

    /// All parameters in their order, as often as they stand there; who is told that one stands there twice may depend on
    /// the others (RFC 6749 §4.1.2.1).
    /// - Throws: ``AuthError/invalidRequest(_:)``.
    package static func pairs(
        _ bytes: some Collection<UInt8>
    ) throws(AuthError) -> [(name: String, value: String)] {
        var pairs: [(name: String, value: String)] = []
        var count = 0
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let end = place(of: UInt8(ascii: "&"), in: rest) ?? rest.endIndex
            let field = rest[..<end]
            rest = rest[end...].dropFirst()
            if field.isEmpty { continue }
            count += 1
            guard count <= most else { throw .invalidRequest("there are more than \(most) parameters") }
            let name = field[..<(place(of: UInt8(ascii: "="), in: field) ?? field.endIndex)]
            guard let key = unescaped(name), let value = unescaped(field[name.endIndex...].dropFirst()) else {
                throw .invalidRequest("a parameter is not percent-encoded UTF-8")
            }
            // One of another name is nothing of ours: it is passed over, as one without a value is (RFC 6749 §3.1).
            guard !value.isEmpty, key.utf8.isASCII else { continue }
            pairs.append((key, value))
        }
        return pairs
    }

    /// As `firstIndex(of:)`, which looks at one byte after another: a token has a thousand.
    private static func place(of byte: UInt8, in bytes: ArraySlice<UInt8>) -> Int? {
        bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return nil }
            return memchr(start, Int32(byte), buffer.count).map { bytes.startIndex + (UnsafeRawPointer($0) - start) }
        }
    }

    /// The value of a parameter; nil where there is none, or an empty one.
    package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

    /// All of them, for a use case.
    package var parameters: RequestParameters { RequestParameters(pairs) }

    /// The text that these bytes are the escaped form of; nil where they are not one.
    static func unescaped(_ text: ArraySlice<UInt8>) -> String? {
        // Most texts need no escape.
        let isPlain = text.withUnsafeBufferPointer { $0.isPlain(but: "%", and: "+") }
        if isPlain { return String(decoding: text, as: UTF8.self) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        while let byte = rest.next() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard let high = rest.next().flatMap(hexDigit), let low = rest.next().flatMap(hexDigit) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            // A space as it is can be nothing else: oidc-agent and `curl -d` send scopes so.
            case 0x20...0x7E: bytes.append(byte)
            // Nobody sends the rest of what has to be escaped as it is.
            default: return nil
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}

/// A form may hold a password: it shows how much there is, and nothing of it.
extension FormFields: CustomStringConvertible, CustomReflectable {
    package var description: String { "\(pairs.count) parameters" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
