import AuthCore
import AuthHTTP
import Testing

@Suite("Trusted proxies")
struct TrustedProxiesTests {
    @Test(
        "are those in the blocks that the operator names",
        arguments: [
            ("10.0.0.1", "10.0.0.1", true), ("10.0.0.1", "10.0.0.2", false), ("10.0.0.1", "::ffff:10.0.0.1", true),
            ("::ffff:10.0.0.1", "10.0.0.1", true), ("10.0.0.0/8", "10.255.255.255", true),
            ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/8", "9.255.255.255", false),
            ("10.1.2.3/8", "10.200.0.1", true), ("10.0.0.0/8", "::10.0.0.1", false),
            ("10.0.0.0/9", "10.127.255.255", true),
            ("10.0.0.0/9", "10.128.0.0", false), ("192.0.2.0/31", "192.0.2.1", true),
            ("192.0.2.0/31", "192.0.2.2", false),
            ("192.0.2.1/32", "192.0.2.1", true), ("192.0.2.1/32", "192.0.2.0", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false), ("2001:db8::1", "2001:db8::1", true),
            ("2001:db8::1", "2001:db8::2", false),
            ("2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true), ("2001:db8::/32", "2001:db9::", false),
            ("2001:db8::/63", "2001:db8:0:1::1", true), ("2001:db8::/63", "2001:db8:0:2::1", false),
            ("2001:db8::/64", "2001:db8::ffff:0:0:1", true), ("2001:db8::/64", "2001:db8:0:1::", false),
            ("2001:db8::/65", "2001:db8::7fff:0:0:1", true), ("2001:db8::/65", "2001:db8::8000:0:0:1", false),
            ("2001:db8::/127", "2001:db8::1", true), ("2001:db8::/127", "2001:db8::2", false),
            ("2001:db8::/128", "2001:db8::", true), ("2001:db8::/128", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("10.0.0.1,10.0.0.2", "10.0.0.2", true), ("10.0.0.1, 2001:db8::/32", "2001:db8::1", true),
            ("10.0.0.1 10.0.0.2", "10.0.0.1", true), (" 10.0.0.1 , ", "10.0.0.1", true), ("", "127.0.0.1", false),
            ("", "::", false), ("", "0.0.0.0", false),
        ])
    func contains(text: String, address: String, isTrusted: Bool) throws {
        let proxies = try #require(TrustedProxies(text))
        #expect(try proxies.trusts(#require(IPAddress(address))) == isTrusted)
    }

    @Test(
        "are refused when one entry is neither an address nor a block",
        arguments: [
            "x", "localhost", "10.0.0", "10.0.0.0/", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/x",
            "10.0.0.0/255.0.0.0", "2001:db8::/129", "2001:db8::/", "10.0.0.1,x", "10.0.0.1;10.0.0.2", "10.0.0.0/ 8",
            "10.0.0.0/+8", "10.0.0.1:80", "10.0.0.1:80/8", "[2001:db8::1]:80", "10.0.0.0-10.0.0.9", "*",
        ])
    func malformed(text: String) {
        #expect(TrustedProxies(text) == nil)
    }

    @Test("in the mapped form have a prefix of IPv6, or none at all", arguments: ["::ffff:10.0.0.0/104"])
    func mapped(text: String) throws {
        let proxies = try #require(TrustedProxies(text))
        #expect(try proxies.trusts(#require(IPAddress("10.9.9.9"))))
        #expect(try !proxies.trusts(#require(IPAddress("11.0.0.1"))))
    }

    @Test("a short prefix on a mapped address is not taken for one of IPv4")
    func mappedShort() throws {
        // ::ffff:10.0.0.0/8 is ::/8 to anyone who knows CIDR; whichever way it is read, not 10.0.0.0/8 in silence.
        let proxies = TrustedProxies("::ffff:10.0.0.0/8")
        #expect(try proxies == nil || proxies?.trusts(#require(IPAddress("::1"))) == true)
    }

    @Test("are none unless named")
    func none() {
        #expect(TrustedProxies("") == TrustedProxies.none)
        #expect(TrustedProxies(" , ") == TrustedProxies.none)
    }
}
