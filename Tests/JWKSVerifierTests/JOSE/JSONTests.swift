import JWKSVerifier
import Testing

@Suite("JSON") struct JSONTests {
    @Test(
        "reads",
        arguments: [
            (
                #" {"a" : [1, -2 ,0], "b":{"c":null}} "#,
                JSON.object([
                    .init(name: "a", value: .array([.number(1), .number(-2), .number(0)])),
                    .init(name: "b", value: .object([.init(name: "c", value: .null)])),
                ])
            ),
            (#""\u00e9\n\"\\\/\ud83d\ude00é""#, .string("é\n\"\\/😀é")),
            ("1.0", .number(nil)), ("1e3", .number(nil)), ("9223372036854775807", .number(.max)),
            ("9223372036854775808", .number(nil)), ("-9223372036854775808", .number(nil)), ("-0", .number(0)),
            ("true", .boolean(true)), ("false", .boolean(false)), ("[]", .array([])), ("{}", .object([])),
            (
                #"{"":0,"\u0000":1}"#,
                .object([.init(name: "", value: .number(0)), .init(name: "\0", value: .number(1))])
            ),
            // Not the same bytes, so not the same name, though the texts look alike.
            (
                #"{"é":1,"e\u0301":2}"#,
                .object([.init(name: "é", value: .number(1)), .init(name: "e\u{301}", value: .number(2))])
            ),
        ])
    func reads(_ text: String, _ value: JSON) { #expect(JSON(Array(text.utf8)) == value) }

    @Test(
        "refuses",
        arguments: [
            "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{'a':1}", "{\"a\"}", "01", "+1", "1.", ".5", "1e", "-",
            "NaN",
            "tru", "nulll", "\"a", "\"\\x\"", "\"\\u12\"", "\"\u{1}\"", "\"\\ud800\"", "\"\\ude00\"",
            "\"\\ud800\\u0041\"",
            "{} {}", "{}x", "\u{FEFF}{}", #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"b":{"a":1,"a":1}}"#,
            #"[{"a":1,"a":1}]"#, "1\0",
            String(repeating: "[", count: 10_000), String(repeating: #"{"a":"#, count: 5_000),
            "{" + (0..<40).map { #""member\#($0)":0"# }.joined(separator: ",") + #","member3":0}"#,
            "{" + (0..<40).map { #""member\#($0)":0"# }.joined(separator: ",") + #","member30":0}"#,
            #"{"fifteen_letters":1,"b":2,"fifteen_letters":3}"#, #"{"sixteen_letters_":1,"b":2,"sixteen_letters_":3}"#,
        ])
    func refuses(_ text: String) { #expect(JSON(Array(text.utf8)) == nil) }

    @Test(
        "refuses what is not UTF-8",
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC3, 0x22],
            [0x22, 0x5C, 0x6E, 0xFF, 0x22],
        ] as [[UInt8]])
    func notUTF8(_ bytes: [UInt8]) { #expect(JSON(bytes) == nil) }

    @Test("tells names apart that begin alike, and ends with NUL") func alike() {
        let text = #"{"":0,"\u0000":0,"\u0000\u0000":0,"fifteen_letters":0,"fifteen_letters_":0,"fifteen_letters_2":0}"#
        #expect(JSON(Array(text.utf8))?.members?.count == 6)
    }

    @Test("takes many members") func many() {
        let text = "{" + (0..<500).map { #""m\#($0)":0"# }.joined(separator: ",") + "}"
        #expect(JSON(Array(text.utf8))?.members?.count == 500)
    }
}

@Suite("StrictBase64URL") struct StrictBase64URLTests {
    @Test(
        "reads what it should",
        arguments: [
            ("", []), ("AA", [0]), ("_w", [255]), ("AAA", [0, 0]), ("-_-_", [0xFB, 0xFF, 0xBF]),
            ("Zm9vYmE", Array("fooba".utf8)),
        ] as [(String, [UInt8])])
    func reads(_ text: String, _ bytes: [UInt8]) { #expect(StrictBase64URL.bytes(ArraySlice(text.utf8)) == bytes) }

    @Test(
        "refuses padding, other characters, and bits that stand for nothing",
        arguments: [
            "A", "AAAAA", "AA==", "AAA=", "A+AA", "A/AA", "AA A", "AA\n", " AA", "A.AA", "AB", "AAB", "Aé", "\0\0",
            "AA~A", "=",
        ])
    func refuses(_ text: String) { #expect(StrictBase64URL.bytes(ArraySlice(text.utf8)) == nil) }

    @Test("every value has one text") func one() {
        var texts = 0
        let alphabet = (0...255).map { UInt8($0) }
        for first in alphabet {
            for second in alphabet { texts += StrictBase64URL.bytes([first, second]) == nil ? 0 : 1 }
        }
        #expect(texts == 256)
    }
}
