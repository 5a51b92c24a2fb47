import AuthCore
import Testing

@Suite("Secret") struct SecretTests {
    private let secret = Secret("hunter2")

    @Test("prints a placeholder, however it is printed") func printsNothing() {
        struct Holder {
            let secret: Secret
        }
        var dumped = ""
        dump(secret, to: &dumped)
        dump(Holder(secret: secret), to: &dumped)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), secret.description, dumped,
            "\(Holder(secret: secret))", String(reflecting: Holder(secret: secret)), "\([secret])",
            "\(Optional(secret) as Any)",
        ]
        for text in texts { #expect(!text.contains("hunter2"), "\(text)") }
        #expect("\(secret)" == "<secret>")
    }

    @Test("shows a mirror nothing") func mirrorIsEmpty() {
        #expect(Mirror(reflecting: secret).children.isEmpty)
    }

    @Test(
        "lends exactly the UTF-8 bytes that were given",
        arguments: ["", "a", "jose\u{301}", "jos\u{E9}", "a\u{0}b", String(repeating: "x", count: 100_000)])
    func bytes(_ text: String) {
        let secret = Secret(text)
        #expect(secret.withBytes { Array($0) } == Array(text.utf8))
        #expect(secret.isEmpty == text.isEmpty)
        #expect(secret.withBytes { $0.baseAddress } != nil)
    }
}
