import AuthCore
import Testing

@Suite("EmailAddress") struct EmailAddressTests {
    @Test(
        "keeps an address of the right shape as it is",
        arguments: [
            "a@b", "alice@example.com", "Alice@EXAMPLE.com", "a.b+c@d-e.example", "jos\u{E9}@example.com",
            "jose\u{301}@example.com", "\"quoted\"@example.com", "user@[192.0.2.1]", "a@b.\u{4E2D}\u{56FD}",
            String(repeating: "a", count: 252) + "@b",
        ])
    func accepted(_ address: String) throws {
        #expect(Array(try EmailAddress(address).text.utf8) == Array(address.utf8))
    }

    @Test(
        "refuses any other text, and does not repeat it",
        arguments: [
            "", "@", "a", "alice.example.com", "@example.com", "alice@", "a@b@c", "a@@b", " a@b", "a@b ", "a b@c",
            "a@b c", "a\u{0}@b", "a@b\u{0}", "a@b\n", "a@b\r\nBcc: c@d", "a\t@b", "a\u{7F}@b", "a\u{85}@b",
            "a\u{A0}@b", "a@\u{3000}b", "a@b\u{2028}",
            "a\u{202E}b@c", "a\u{200B}@c", "\u{FEFF}a@b", "a@b@\u{301}c", String(repeating: "a", count: 253) + "@b",
            String(repeating: "\u{E9}", count: 127) + "@b", String(repeating: "a", count: 100_000),
        ])
    func refused(_ address: String) throws {
        let error = try #require(throws: AuthError.self) { try EmailAddress(address) }
        guard case .invalidRequest(let reason) = error else {
            Issue.record("not an invalid request: \(error)")
            return
        }
        #expect(reason == "email must have the form name@domain, at most 254 bytes")
    }
}
