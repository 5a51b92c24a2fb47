import AuthHTTP
import AuthServer
import Foundation
import Testing

@Suite("Settings of the pages") struct PageSettingsTests {
    @Test("have defaults: the issuer's host is who signs people in") func defaults() throws {
        let pages = try settings(["JWKS_ISSUER": "https://id.example.com/tenant"]).pages
        #expect(pages.name == "id.example.com" && pages.accent == "#1a56db" && pages.logo == nil && pages.css == nil)
        #expect(try settings(["JWKS_BRAND_NAME": "Example & Co"]).pages.name == "Example & Co")
    }

    @Test("a colour is dark enough for white text", arguments: ["#000000", "#1A56DB", "#767676", "#c2410c"])
    func dark(_ text: String) throws {
        #expect(try settings(["JWKS_BRAND_ACCENT": text]).pages.accent == text.lowercased())
    }

    @Test(
        "another one is refused, with its contrast",
        arguments: [
            ("#777777", "white text on it has a contrast of 4.4:1; give a darker one, 4.5:1 at least"),
            ("#ffffff", "white text on it has a contrast of 1.0:1; give a darker one, 4.5:1 at least"),
            ("blue", "give # and six hexadecimal digits, such as #1a56db"),
            ("#1a5", "give # and six hexadecimal digits, such as #1a56db"),
            ("#1a56d\u{E9}", "give # and six hexadecimal digits, such as #1a56db"),
            ("1a56dba", "give # and six hexadecimal digits, such as #1a56db"),
            ("#+a56db", "give # and six hexadecimal digits, such as #1a56db"),
        ])
    func bright(_ text: String, _ remedy: String) {
        #expect(refusal(["JWKS_BRAND_ACCENT": text]) == "JWKS_BRAND_ACCENT is \"\(text)\": \(remedy)")
    }
}
