import AuthCore
import Testing

@Suite("Whom the server asks by itself") struct OutgoingAddressesTests {
    @Test(
        "the public Internet",
        arguments: [
            "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0",
            "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255", "2606:4700::1111",
            "2a00::1", "2001:200::1", "2003::1", "::ffff:1.1.1.1",
        ])
    func global(_ text: String) throws {
        #expect(OutgoingAddresses().allows(try #require(IPAddress(text))))
    }

    @Test(
        "nothing else",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255", "127.0.0.1",
            "127.255.255.254", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.170", "192.0.2.1",
            "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
            "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1",
            "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "fc00::1",
            "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1",
            "4000::1",
        ])
    func special(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!OutgoingAddresses().allows(address))
        let named = try #require(AddressRanges("192.0.2.77, ::2"))
        #expect(!OutgoingAddresses(allowing: named).allows(address), "and what is named is not this")
    }

    @Test("what an operator names, too") func named() throws {
        let addresses = OutgoingAddresses(allowing: try #require(AddressRanges("10.1.0.0/16 ::1,127.0.0.1")))
        for (text, isAllowed) in [
            ("10.1.255.255", true), ("10.2.0.0", false), ("::1", true), ("::2", false), ("127.0.0.1", true),
            ("127.0.0.2", false), ("::ffff:10.1.0.1", true), ("1.1.1.1", true),
        ] {
            #expect(addresses.allows(try #require(IPAddress(text))) == isAllowed, "\(text)")
        }
    }
}
