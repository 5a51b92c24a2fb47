import AuthCore
import Foundation
import Testing

@Suite("Base64URL") struct Base64URLTests {
    @Test(
        "agrees with the vectors of RFC 4648 §10, without their padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(_ plain: String, _ encoded: String) { #expect(Base64URL.text(Array(plain.utf8)) == encoded) }

    @Test("uses the two letters of the URL alphabet") func alphabet() {
        #expect(Base64URL.text([0xFB, 0xEF, 0xBE]) == "----")
        #expect(Base64URL.text([0xFF, 0xFF, 0xFF]) == "____")
        #expect(Base64URL.text([0xFB, 0xFF]) == "-_8")
        // RFC 7515 appendix C.
        #expect(Base64URL.text([3, 236, 255, 224, 193]) == "A-z_4ME")
    }

    @Test("agrees with another encoder for every length and byte", arguments: 0..<260)
    func anyLength(_ length: Int) {
        let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ length) }
        let reference = Data(bytes).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
            .replacingOccurrences(of: "=", with: "")
        #expect(Base64URL.text(bytes) == reference)
        #expect(Base64URL.bytes(reference.utf8) == bytes)
    }

    @Test(
        "reads one text for each value: no padding, no other letters, no bits that stand for nothing",
        arguments: ["A", "Zg=", "Zg==", "Zh", "Zm9", "Zm9vYh", "+/+/", "Zm 8", "Zm8\n", "Zm\u{e9}", "Zm9vA"])
    func refusals(_ text: String) { #expect(Base64URL.bytes(text.utf8) == nil) }

    @Test("appends to what is there") func appends() {
        var output = Array("a.".utf8)
        Base64URL.append([0x66, 0x6F], to: &output)
        #expect(output == Array("a.Zm8".utf8))
    }
}
