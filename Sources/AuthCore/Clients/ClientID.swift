/// The id of a client, the `client_id` of RFC 6749 §2.2: unique, public, the same for ever. Compared byte by byte.
///
/// Made at random, or chosen by an operator who moves from another issuer. It holds nothing that a form, a URL, a shell
/// or HTTP Basic writes in two ways, and is never mistaken for a URL, which a client may be named by as well.
package struct ClientID: Hashable, Sendable {
    /// The most characters that one has.
    package static let maximumLength = 100

    /// As it goes over the wire.
    package let text: String

    /// The id with this text; nil for what no client has.
    package init?(_ text: String) {
        let characters = text.utf8
        guard let first = characters.first, characters.count <= Self.maximumLength, first.isAlphanumeric,
            characters.allSatisfy({ $0.isAlphanumeric || "-._~".utf8.contains($0) })
        else { return nil }
        self.text = text
    }

    /// A UUIDv4, which nobody has.
    package static func random() -> ClientID { ClientID(unchecked: RandomUUID.text()) }

    private init(unchecked text: String) { self.text = text }
}

extension UInt8 {
    /// An ASCII letter or digit.
    var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: isDigit
        }
    }

    /// An ASCII digit.
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
