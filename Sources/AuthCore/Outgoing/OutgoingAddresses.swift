/// Which addresses the server asks by itself: those of the public Internet, and what an operator names. Whoever registers a
/// client could otherwise have us ask the machine's own services, or a cloud's metadata (SSRF).
package struct OutgoingAddresses: Sendable, Equatable {
    /// What is not reachable from everywhere by the registries of IANA for special addresses (RFC 6890), or leads to such an
    /// address inside another one (6to4, Teredo).
    private static let special =
        ranges(
            """
            0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24
            192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4
            2001::/23 2001:db8::/32 2002::/16 3fff::/20
            """)
    /// Of IPv6 nothing else is given out (RFC 4291 §2.4): not NAT64, nor an IPv4 address in any other form than the mapped one.
    private static let global = ranges("0.0.0.0/0 2000::/3")

    private let named: AddressRanges

    /// - Parameter named: those beside the public ones.
    package init(allowing named: AddressRanges = .none) { self.named = named }

    /// Whether it may be asked.
    package func allows(_ address: IPAddress) -> Bool {
        named.contains(address) || Self.global.contains(address) && !Self.special.contains(address)
    }

    private static func ranges(_ text: String) -> AddressRanges {
        guard let ranges = AddressRanges(text.split(separator: "\n").joined(separator: " ")) else {
            preconditionFailure("a table of addresses is misspelt")
        }
        return ranges
    }
}
