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
}
