/// Addresses and blocks of them, as an operator names them: CIDR (RFC 4632).
package struct AddressRanges: Sendable, Equatable {
    private struct Block: Sendable, Equatable {
        let address: IPAddress
        /// Counted over 128 bits: an IPv4 prefix plus 96.
        let prefix: Int

        func contains(_ other: IPAddress) -> Bool {
            let highMask: UInt64 = prefix >= 64 ? .max : prefix == 0 ? 0 : .max << UInt64(64 - prefix)
            let lowMask: UInt64 = prefix <= 64 ? 0 : prefix == 128 ? .max : .max << UInt64(128 - prefix)
            return (address.high ^ other.high) & highMask == 0 && (address.low ^ other.low) & lowMask == 0
        }
    }

    private let blocks: [Block]

    /// No address.
    package static let none = AddressRanges(blocks: [])

    private init(blocks: [Block]) { self.blocks = blocks }

    /// Reads addresses and CIDR blocks separated by commas or spaces; nil when one of them is neither.
    package init?(_ text: String) {
        var blocks: [Block] = []
        for entry in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
            let parts = entry.split(separator: "/", omittingEmptySubsequences: false)
            let isIPv6 = parts[0].contains(":")
            // A block is written bare: brackets and ports belong to X-Forwarded-For.
            let isBare = !parts[0].contains("[") && (isIPv6 ? parts[0].count { $0 == ":" } > 1 : true)
            guard parts.count <= 2, isBare, let address = IPAddress(parts[0]) else { return nil }
            let longest = isIPv6 ? 128 : 32
            var prefix = longest
            if parts.count == 2 {
                guard parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(parts[1]),
                    length <= longest
                else { return nil }
                prefix = length
            }
            blocks.append(Block(address: address, prefix: prefix + (128 - longest)))
        }
        self.init(blocks: blocks)
    }

    /// Whether there is none.
    package var isEmpty: Bool { blocks.isEmpty }

    /// Whether `address` is in one of them.
    package func contains(_ address: IPAddress) -> Bool { blocks.contains { $0.contains(address) } }
}
