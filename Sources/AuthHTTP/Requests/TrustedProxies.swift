package import AuthCore

/// The proxies whose `X-Forwarded-For` is believed: none unless the operator names them.
package struct TrustedProxies: Sendable, Equatable {
    /// No request passes through more proxies; a caller may claim as many as fit into a head.
    private static let mostHops = 32
    private let ranges: AddressRanges

    /// No proxy is trusted.
    package static let none = TrustedProxies(ranges: .none)

    private init(ranges: AddressRanges) { self.ranges = ranges }

    /// Reads addresses and CIDR blocks separated by commas or spaces; nil when one of them is neither.
    package init?(_ text: String) {
        guard let ranges = AddressRanges(text) else { return nil }
        self.init(ranges: ranges)
    }

    /// Whether `address` is one of the proxies.
    package func trusts(_ address: IPAddress) -> Bool { ranges.contains(address) }

    /// The client's address: the peer, unless the peer is trusted; then the right-most address of `X-Forwarded-For`
    /// that is not. What an untrusted hop wrote is never looked at; a list that cannot be read counts for nothing.
    /// - Parameter forwardedFor: the lines of the field, which count as one list.
    package func client(peer: IPAddress, forwardedFor: [String]) -> IPAddress {
        guard !ranges.isEmpty, trusts(peer) else { return peer }
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
