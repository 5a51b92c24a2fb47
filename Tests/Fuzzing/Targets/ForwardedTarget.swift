import AuthCore
import AuthHTTP

/// A peer, trusted blocks and lines of `X-Forwarded-For`, a line each. The answer stands in the list, everything to its
/// right is a trusted proxy, and nothing to the left of it matters.
struct ForwardedTarget: FuzzTarget {
    let name = "forwarded"

    let seeds = [
        "127.0.0.1\n127.0.0.1\n203.0.113.9", "10.0.0.1\n10.0.0.0/8, ::1\n203.0.113.9, 10.0.0.2",
        "::1\n::1\n2001:db8::1",
        "::ffff:10.0.0.1\n10.0.0.0/8\n[2001:db8::7]:443, 10.1.1.1:80\n10.2.2.2", "10.0.0.1\n\n203.0.113.9",
        "192.0.2.1\n192.0.2.0/31 2001:db8::/32\n2001:db8::5, 192.0.2.0, garbage, 192.0.2.1",
        "fe80::1%eth0\nfe80::/10\n1.2.3.4", "10.0.0.1\n0.0.0.0/0\n10.0.0.2, 10.0.0.3, , 10.0.0.4,",
        "10.0.0.1\n10.0.0.0/8\nunknown, 10.0.0.9", "2001:db8::1\n::/0\n::ffff:1.2.3.4, ::1.2.3.4",
    ].map { Array($0.utf8) }
    let dictionary = [
        "\n", ",", " ", ", ", "127.0.0.1", "10.0.0.1", "10.0.0.2", "203.0.113.9", "::ffff:10.0.0.1", "::1",
        "2001:db8::1", "[", "]",
        ":80", "%eth0", "/8", "/0", "/32", "/33", "/64", "/128", "0.0.0.0", "255.255.255.255", "::", "unknown",
        "_hidden", "\"",
        "for=", "010.0.0.1", "0x7f.1", "127.1", "\t", "é",
    ]

    func check(_ input: [UInt8]) async -> FuzzOutcome {
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard lines.count > 1 else { return .refused("no blocks") }
        guard let peer = IPAddress(lines[0]) else { return .refused("no peer") }
        if let wrong = misread(lines[0], peer) { return .finding(wrong) }
        guard let proxies = TrustedProxies(lines[1]) else { return .refused("no blocks of addresses") }
        let forwarded = Array(lines.dropFirst(2))
        let client = proxies.client(peer: peer, forwardedFor: forwarded)
        guard proxies.trusts(peer) else {
            return client == peer ? .accepted("not trusted") : .finding("a stranger was believed")
        }
        let entries = forwarded.joined(separator: ",").split(separator: ",").reversed().map(trimmed)
        let (expected, isStranger) = walk(entries, from: peer, proxies)
        guard client == expected else { return .finding("\(client) for \(expected)") }
        guard isStranger else { return .accepted("no stranger") }
        guard !proxies.trusts(client) else { return .finding("a proxy for a client") }
        for more in ["203.0.113.200", "10.0.0.77,", "garbage,,", String(repeating: "1.2.3.4,", count: 40)] {
            guard proxies.client(peer: peer, forwardedFor: [more] + forwarded) == client else {
                return .finding("what a stranger wrote was looked at")
            }
        }
        return .accepted("a stranger behind \(min(4, entries.firstIndex { IPAddress($0) == client } ?? 0))")
    }

    /// The rule as docs and README say it: from right to left, as long as the proxies are trusted, 32 of them at most.
    private func walk(_ entries: [String], from peer: IPAddress, _ proxies: TrustedProxies) -> (IPAddress, Bool) {
        var client = peer
        for (number, entry) in entries.enumerated() {
            guard number < 32, let address = IPAddress(entry) else { return (client, false) }
            client = address
            if !proxies.trusts(address) { return (client, true) }
        }
        return (client, false)
    }

    private func trimmed(_ text: Substring) -> String {
        func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
        var scalars = Substring(text).unicodeScalars.drop(while: isSpace)
        while scalars.last.map(isSpace) ?? false { scalars.removeLast() }
        return String(scalars)
    }

    /// An address is what it prints as; dotted, it is the four numbers that are written there.
    private func misread(_ text: String, _ address: IPAddress) -> String? {
        guard IPAddress(address.description) == address else { return "\(address) is not read again" }
        let numbers = text.utf8.prefix { $0 != UInt8(ascii: ":") }.split(
            separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard numbers.count == 4, !text.contains("["), address.isIPv4, text.utf8.first != UInt8(ascii: ":") else {
            return nil
        }
        let bare = numbers.map { String(Substring($0.prefix { $0 != UInt8(ascii: "%") })) }
        let plain = bare.compactMap { number in UInt8(number).flatMap { "\($0)" == number ? number : nil } }
        return plain.joined(separator: ".") == address.description ? nil : "read as \(address)"
    }
}
