/// An e-mail address, checked for shape only: whether mail arrives there is not ours to know.
package struct EmailAddress: Hashable, Sendable {
    /// RFC 5321 §4.5.3.1.3 allows a path of 256 octets with its angle brackets.
    package static let maximumBytes = 254

    /// As it was sent.
    package let text: String

    /// - Throws: ``AuthError/invalidRequest(_:)`` when the text has not the shape `local@domain`.
    package init(_ raw: String) throws(AuthError) {
        // Bytes, not characters: a combining mark would hide an @.
        let parts = raw.utf8.prefix(Self.maximumBytes + 1).split(
            separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard raw.utf8.count <= Self.maximumBytes, parts.count == 2, parts.allSatisfy({ !$0.isEmpty }),
            raw.unicodeScalars.allSatisfy(\.isVisible)
        else {
            throw .invalidRequest("email must have the form name@domain, at most \(Self.maximumBytes) bytes")
        }
        text = raw
    }
}
