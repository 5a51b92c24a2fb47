package import AuthCore

/// The proxies whose `X-Forwarded-For` is believed: none unless the operator names them.
package struct TrustedProxies: Sendable, Equatable {
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

    /// No request passes through more proxies; a caller may claim as many as fit into a head.
    private static let mostHops = 32
    private let blocks: [Block]

    /// No proxy is trusted.
    package static let none = TrustedProxies(blocks: [])

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

    /// Whether `address` is one of the proxies.
    package func trusts(_ address: IPAddress) -> Bool { blocks.contains { $0.contains(address) } }

    /// The client's address: the peer, unless the peer is trusted; then the right-most address of `X-Forwarded-For`
    /// that is not. What an untrusted hop wrote is never looked at; a list that cannot be read counts for nothing.
    /// - Parameter forwardedFor: the lines of the field, which count as one list.
    package func client(peer: IPAddress, forwardedFor: [String]) -> IPAddress {
        guard !blocks.isEmpty, trusts(peer) else { return peer }
        var client = peer
        var hops = 0
        for line in forwardedFor.reversed() {
            var rest = line.utf8[...]
            while !rest.isEmpty {
                let comma = rest.lastIndex(of: UInt8(ascii: ","))
                let entry = rest[(comma.map(rest.index(after:)) ?? rest.startIndex)...]
                rest = comma.map { rest[..<$0] } ?? rest.prefix(0)
                guard !entry.isEmpty else { continue }
                guard hops < Self.mostHops, let address = IPAddress(Substring(entry.trimmingOptionalWhitespace)) else {
                    return client
                }
                hops += 1
                client = address
                if !trusts(address) { return address }
            }
        }
        return client
    }
}
