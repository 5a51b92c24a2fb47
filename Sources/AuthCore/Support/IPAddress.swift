import Glibc

/// An address without port or zone. IPv4 and its IPv6-mapped form are one and the same (CVE-2026-30827).
package struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// The 128 bits; IPv4 as `::ffff:a.b.c.d`.
    package let high: UInt64
    /// The lower 64 of them.
    package let low: UInt64

    /// Bytes: the longest IPv6 address with brackets, port and the zone of an interface is shorter.
    private static let longestText = 80

    /// Whether it is an IPv4 address, mapped or not.
    package var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }

    /// The address with these 128 bits.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The IPv4 address with these 32 bits.
    package init(ipv4: UInt32) { self.init(high: 0, low: 0xFFFF_0000_0000 | UInt64(ipv4)) }

    /// Reads `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80` and `fe80::1%eth0`.
    package init?(_ text: some StringProtocol) {
        // Without NUL, at which inet_pton would stop.
        guard text.utf8.count <= Self.longestText, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let bare = Self.withoutPort(String(text))
        else { return nil }
        let text = String(bare.prefix { $0 != "%" })
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(ipv4: bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) })
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(
                high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                low: bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) })
        } else {
            return nil
        }
    }

    /// `[address]`, `[address]:port`, `address:port` with one colon, or the address alone; nil for anything odd.
    private static func withoutPort(_ text: String) -> String? {
        func isPort(_ text: Substring) -> Bool { UInt16(text) != nil && text.allSatisfy(\.isNumber) }
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" && isPort(rest.dropFirst()) else { return nil }
            let inner = String(text[text.index(after: text.startIndex)..<end])
            return inner.contains(":") ? inner : nil
        }
        guard let colon = text.firstIndex(of: ":"), !text[text.index(after: colon)...].contains(":") else {
            return text
        }
        return isPort(text[text.index(after: colon)...]) ? String(text[..<colon]) : nil
    }

    /// Who is counted by a limiter: an IPv4 address as it is, IPv6 by its /64, which one customer has for himself.
    package var rateLimitKey: RateLimitKey { RateLimitKey(high: high, low: isIPv4 ? low : 0) }

    /// The text form of RFC 5952; IPv4 in dotted form.
    package var description: String {
        if isIPv4 { return (0..<4).map { String(low >> UInt64(24 - $0 * 8) & 255) }.joined(separator: ".") }
        let bytes = [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - $0 * 8)) }
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
