/// The name of a grant: 16 random bytes, in its tokens as `gid` and inside its refresh tokens. To know it opens nothing.
package struct GrantID: Hashable, Sendable, CustomStringConvertible {
    /// How many bytes a name has.
    package static let length = 16

    /// The bytes.
    package let bytes: [UInt8]

    /// nil unless there are ``length`` bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Self.length else { return nil }
        self.bytes = Array(bytes)
    }

    /// A new name, from the system's CSPRNG.
    package static func random() -> Self { Self(bytes: RandomBytes.make(length)) }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    package var description: String { Base64URL.text(bytes) }
}
