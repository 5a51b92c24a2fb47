package import AuthCore

/// What a client shows in `Authorization: Basic` (RFC 7617): its id and its secret, each of them form-encoded before they
/// were joined (RFC 6749 §2.3.1), so that a secret may hold `+ % : /` and a space.
package struct BasicCredentials: Sendable {
    /// Never empty.
    package let id: String
    /// Empty for a public client that shows its id this way.
    package let secret: Secret

    /// nil unless the field's value is of this scheme and well formed.
    package init?(_ authorization: String) {
        let scheme = "basic"
        guard authorization.isAuthorization(of: scheme),
            let joined = Self.decoded(authorization.utf8.dropFirst(scheme.utf8.count + 1)),
            let colon = joined.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        guard let id = Self.field(joined[..<colon]), !id.isEmpty,
            let secret = Self.field(joined[joined.index(after: colon)...])
        else { return nil }
        self.id = id
        self.secret = Secret(secret)
    }

    /// One text of a form, which holds no `&`, `=` or `;` unless it is escaped.
    private static func field(_ bytes: ArraySlice<UInt8>) -> String? {
        guard !bytes.contains(where: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: "=") }) else { return nil }
        return FormFields.unescaped(bytes)
    }

    /// Base64 with the usual alphabet and its padding (RFC 4648 §4).
    private static func decoded(_ text: Substring.UTF8View) -> [UInt8]? {
        // Not letter by letter, as a sequence is copied.
        var letters = text.withContiguousStorageIfAvailable(Array.init) ?? Array(text)
        guard letters.count % 4 == 0 else { return nil }
        for _ in 0..<2 where letters.last == UInt8(ascii: "=") { letters.removeLast() }
        for place in letters.indices {
            switch letters[place] {
            case UInt8(ascii: "+"): letters[place] = UInt8(ascii: "-")
            case UInt8(ascii: "/"): letters[place] = UInt8(ascii: "_")
            case UInt8(ascii: "-"), UInt8(ascii: "_"): return nil
            default: break
            }
        }
        return Base64URL.bytes(letters)
    }
}
