import AuthCore
import AuthHTTP
import Foundation
import Testing

@Suite("A client's Basic credentials") struct BasicCredentialsTests {
    private func header(_ joined: String) -> String { "Basic " + Data(joined.utf8).base64EncodedString() }

    private func secret(_ credentials: BasicCredentials?) -> String? {
        credentials?.secret.withBytes { String(decoding: $0, as: UTF8.self) }
    }

    @Test(
        "are form-decoded, as RFC 6749 §2.3.1 has them encoded",
        arguments: [
            ("app:secret", "app", "secret"), ("app:", "app", ""), ("a%3Ab:s%3At", "a:b", "s:t"),
            ("app:s%2Bt", "app", "s+t"), ("app:s+t", "app", "s t"), ("app:s:t", "app", "s:t"),
            ("app:%25%2F%20", "app", "%/ "), ("app:%C3%A9", "app", "\u{E9}"),
        ])
    func decoded(_ joined: String, _ id: String, _ expected: String) {
        let credentials = BasicCredentials(header(joined))
        #expect(credentials?.id == id && secret(credentials) == expected)
    }

    @Test("the scheme is known in any case") func scheme() {
        #expect(BasicCredentials("bAsIc " + Data("app:s".utf8).base64EncodedString())?.id == "app")
    }

    @Test(
        "are none where they are not well formed",
        arguments: [
            "", "Basic", "Basic ", "Basic !", "Bearer YXBwOnM=", "Basic YXBwOnM", "Basic YXBwOnM==", "Basic YXBw",
            "Basic OnM=", "Basic YXBw_nM=", "Basic  YXBwOnM=", "BasicYXBwOnM=",
        ])
    func none(_ value: String) { #expect(BasicCredentials(value) == nil) }

    @Test(
        "are none where an escape is none, or a text no UTF-8",
        arguments: ["app:%", "app:%zz", "app:%FF", "a=b:c", "a&b:c"])
    func wrong(_ joined: String) { #expect(BasicCredentials(header(joined)) == nil) }

    @Test("their secret shows itself nowhere") func hidden() {
        let credentials = BasicCredentials(header("app:hunter2"))
        #expect(!String(reflecting: credentials).contains("hunter2") && !"\(credentials as Any)".contains("hunter2"))
    }
}
