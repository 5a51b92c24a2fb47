/// Addresses that one party usually has together: it may change its address within them, and shares what is shared
/// fairly with the other blocks, not with their addresses.
package struct AddressBlock: Hashable, Sendable {
    private let high: UInt64
    private let low: UInt64

    /// The block of a client: an IPv4 /24, or an IPv6 /48 (RFC 6177 §2: the most that a site is given).
    package init(of client: RateLimitKey) {
        let isIPv4 = client.high == 0 && client.low >> 32 == 0xFFFF
        high = isIPv4 ? 0 : client.high & ~0xFFFF
        low = isIPv4 ? client.low & ~0xFF : 0
    }

    /// The bits that tell it from other blocks: 3 bytes of IPv4, 6 of IPv6.
    package var bytes: [UInt8] {
        let isIPv4 = low != 0
        let (bits, count) = isIPv4 ? (low >> 8, 3) : (high >> 16, 6)
        return (1...count).map { UInt8(truncatingIfNeeded: bits >> UInt64((count - $0) * 8)) }
    }
}
