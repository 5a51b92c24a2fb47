import AuthCore
import Foundation
import Testing

@Suite("JSONText") struct JSONTextTests {
    @Test(
        "escapes what JSON and log viewers need escaped",
        arguments: [
            ("", #""""#), ("plain", #""plain""#), ("\"", #""\"""#), ("\\", #""\\""#), ("/", #""/""#),
            ("\n\r\t", #""\n\r\t""#), ("\u{0}", #""\u0000""#), ("\u{8}\u{C}", #""\u0008\u000c""#),
            ("\u{1F}", #""\u001f""#), ("\u{7F}", #""\u007f""#), ("\u{85}", #""\u0085""#),
            ("\u{2028}\u{2029}", #""\u2028\u2029""#), ("\u{E9}\u{1F600}", "\"\u{E9}\u{1F600}\""),
            ("\u{202E}\u{FEFF}\u{A0}", #""\u202e\ufeff\u00a0""#), ("\u{E0041}", #""\udb40\udc41""#),
            ("e\u{301}", "\"e\u{301}\""), ("a\r\nb", #""a\r\nb""#), ("\"}\n{\"", #""\"}\n{\"""#),
        ])
    func strings(_ text: String, _ json: String) {
        var output: [UInt8] = []
        JSONText.append(string: text, to: &output)
        #expect(output == Array(json.utf8))
    }

    @Test("keeps every scalar: another parser reads back what was written") func everyScalar() throws {
        let scalars = (0...0x10FFFF as ClosedRange<UInt32>).lazy.compactMap(Unicode.Scalar.init)
        for chunk in stride(from: 0, to: 0x110000, by: 0x4000) {
            let range = UInt32(chunk)..<UInt32(chunk + 0x4000)
            var text = String.UnicodeScalarView()
            text.append(contentsOf: range.lazy.compactMap(Unicode.Scalar.init))
            let bytes = JSONText.object([("t", .string(String(text)))])
            let parsed = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: String]
            // Scalar by scalar: "==" of strings would forgive a change of normalisation.
            #expect(try #require(parsed?["t"]).unicodeScalars.elementsEqual(text), "from \(chunk)")
        }
        #expect(scalars.count == 0x110000 - 0x800)
    }

    @Test("writes one object on one line, members in the order given") func objects() {
        let bytes = JSONText.object([
            ("z", .integer(-9_223_372_036_854_775_808)), ("a", .boolean(true)), ("b", .boolean(false)), ("n", .null),
            ("o", .object([])), ("l", .array([.integer(1), .string("x"), .array([])])), ("\"", .object([("k", .null)])),
        ])
        let expected =
            #"{"z":-9223372036854775808,"a":true,"b":false,"n":null,"o":{},"l":[1,"x",[]],"\"":{"k":null}}"#
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
}
