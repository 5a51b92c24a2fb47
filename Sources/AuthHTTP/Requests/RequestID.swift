import AuthCore
import HTTPTypes

/// The name under which everything that one request did is found in the log.
package struct RequestID: Equatable, Sendable, CustomStringConvertible {
    /// That of the request for which this task works; nil where it works for none. Tasks that it starts inherit it, threads
    /// do not.
    @TaskLocal package static var current: RequestID?

    private static let longest = 128
    /// As it stands in the log.
    package let description: String

    /// A new one: 16 random bytes in base64url.
    package init() { description = Base64URL.text(RandomBytes.make(16)) }

    /// The one that a proxy gave the request; nil for what could break a line of the log or fill it: only 1 to 128
    /// characters of `[A-Za-z0-9._-]` are taken.
    package init?(_ text: String) {
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard (1...Self.longest).contains(text.utf8.count), isPlain else { return nil }
        description = text
    }

    /// That of a request from `peer`: taken over from a trusted proxy that gave exactly one, new for all others.
    init(of fields: HTTPFields, from peer: IPAddress?, _ trustedProxies: TrustedProxies) {
        let given = fields[values: .xRequestID]
        if let peer, trustedProxies.trusts(peer), given.count == 1, let id = RequestID(given[0]) {
            self = id
        } else {
            self.init()
        }
    }
}
