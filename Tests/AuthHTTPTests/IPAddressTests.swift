import AuthCore
import AuthHTTP
import Testing

@Suite("IP addresses")
struct IPAddressTests {
    @Test(
        "are read in every form in which proxies and sockets write them, and written in one",
        arguments: [
            ("192.0.2.1", "192.0.2.1"), ("192.0.2.1:80", "192.0.2.1"), ("0.0.0.0", "0.0.0.0"),
            ("255.255.255.255", "255.255.255.255"), ("::ffff:192.0.2.1", "192.0.2.1"),
            ("::FFFF:c000:0201", "192.0.2.1"),
            ("[::ffff:192.0.2.1]:443", "192.0.2.1"), ("0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"), ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:8080", "2001:db8::1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("fe80::1%eth0", "fe80::1"), ("[fe80::1%eth0]:80", "fe80::1"),
            ("::", "::"), ("::1", "::1"),
        ])
    func forms(text: String, canonical: String) throws {
        #expect(try #require(IPAddress(text)).description == canonical)
        #expect(IPAddress(text) == IPAddress(canonical))
        #expect(IPAddress(text)?.rateLimitKey == IPAddress(canonical)?.rateLimitKey)
    }

    @Test(
        "are nothing else",
        arguments: [
            "", " ", "unknown", "_hidden", "localhost", "example.org:80", "192.0.2", "192.0.2.256", "192.0.2.1.1",
            "192.0.2.01", "0x7f.0.0.1", "127.1", "2130706433", "192.0.2.-1", "1,2", "2001:db8::1::2", "2001:db8", ":",
            ":::",
            "12345::", "[2001:db8::1", "[]", "[]:80", "::ffff:192.0.2.256", "192.0.2.1/24", "192.0.2.1 x",
            "\"192.0.2.1\"",
            "[2001:db8::1]x", "[2001:db8::1]80", "192.0.2.1:x", "192.0.2.1\u{0}", "192.0.2.1\u{0}:80",
            "2001:db8::1\u{0}x",
            "fe80::1%eth0\n",
        ])
    func refused(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "of one /64 count as one client, IPv4 each for itself",
        arguments: [
            ("2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff", true), ("2001:db8:0:1::1", "2001:db8:0:1:8000::", true),
            ("2001:db8::1", "2001:db8:0:1::1", false), ("192.0.2.1", "192.0.2.2", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true), ("192.0.2.1", "::ffff:192.0.2.2", false),
            // Not mapped addresses, although they look like IPv4 (RFC 4291 §2.5.5).
            ("192.0.2.1", "::192.0.2.1", false), ("::ffff:0:192.0.2.1", "192.0.2.1", false),
            ("64:ff9b::192.0.2.1", "64:ff9b::192.0.2.2", true), ("::1", "0.0.0.1", false),
        ])
    func rateLimitKeys(left: String, right: String, areOne: Bool) throws {
        let left = try #require(IPAddress(left))
        let right = try #require(IPAddress(right))
        #expect((left.rateLimitKey == right.rateLimitKey) == areOne)
    }

    @Test("keep apart in the log what one limit counts together")
    func description() {
        #expect(IPAddress("2001:db8::1") != IPAddress("2001:db8::2"))
        #expect(IPAddress("2001:db8::1")?.rateLimitKey == IPAddress("2001:db8::2")?.rateLimitKey)
    }
}
