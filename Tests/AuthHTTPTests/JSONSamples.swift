import Testing

/// A body for `/register`, exactly as it is sent.
struct JSONSample: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }

    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// `{"username":"bob"}` with `bytes` in place of the name.
    init(_ name: String, inName bytes: [UInt8]) {
        self.init(name, Array(#"{"username":""#.utf8) + bytes + Array(#""}"#.utf8))
    }

    /// `{"username":"bob","x":…}` with `value` as what is in `x`.
    init(_ name: String, inOther value: String) { self.init(name, #"{"username":"bob","x":\#(value)}"#) }

    var testDescription: String { name }
}

extension JSONSample {
    /// What is not an object in JSON (RFC 8259), or leaves open which object it is.
    static let bad = notObjects + malformed + ambiguous + nested + texts + numbers

    private static let notObjects = [
        JSONSample("nothing", ""), JSONSample("white space", " \r\n\t"), JSONSample("an array", "[]"),
        JSONSample("an array of it", #"[{"username":"bob"}]"#), JSONSample("a string", #""x""#),
        JSONSample("null", "null"), JSONSample("true", "true"), JSONSample("a number", "42"),
        JSONSample("a form", "username=bob"), JSONSample("XML", "<username>bob</username>"),
        JSONSample("a byte order mark", [0xEF, 0xBB, 0xBF] + Array(#"{"username":"bob"}"#.utf8)),
        JSONSample("UTF-16", Array(#"{"username":"bob"}"#.utf8).flatMap { [$0, 0] }),
    ]

    private static let malformed = [
        JSONSample("text after it", #"{"username":"bob"}x"#), JSONSample("two of them", #"{"username":"bob"}{}"#),
        JSONSample("NUL after it", #"{"username":"bob"}"# + "\u{0}"), JSONSample("cut short", #"{"username":"bob""#),
        JSONSample("cut in a name", #"{"userna"#), JSONSample("cut in a string", #"{"username":"bo"#),
        JSONSample("cut in an escape", #"{"username":"bo\"#), JSONSample("cut in a code", #"{"username":"bo\u00"#),
        JSONSample("only a brace", "{"), JSONSample("no name", #"{:"bob"}"#),
        JSONSample("no colon", #"{"username" "bob"}"#),
        JSONSample("no value", #"{"username":}"#), JSONSample("no comma", #"{"username":"bob" "x":1}"#),
        JSONSample("a comma too many", #"{"username":"bob",}"#), JSONSample("a comma first", #"{,"username":"bob"}"#),
        JSONSample("a comma in an array", inOther: "[1,]"), JSONSample("an array left open", inOther: "[1"),
        JSONSample("brackets crossed", inOther: "[}"), JSONSample("single quotes", "{'username':'bob'}"),
        JSONSample("a bare name", #"{username:"bob"}"#), JSONSample("a comment", #"{"username":"bob"/* */}"#),
        JSONSample("another white space", #"{"username":\#("\u{A0}")"bob"}"#),
        JSONSample("a wrong word", inOther: "True"),
        JSONSample("half a word", inOther: "nul"), JSONSample("a word too long", inOther: "nulls"),
    ]

    private static let ambiguous = [
        JSONSample("a member twice", #"{"username":"bob","username":"eve"}"#),
        JSONSample("the same member twice", #"{"username":"bob","username":"bob"}"#),
        JSONSample("a member twice by escapes", #"{"username":"bob","user\u006eame":"eve"}"#),
        JSONSample("another member twice", #"{"x":1,"username":"bob","x":1}"#),
        JSONSample("a member twice further in", inOther: #"{"y":1,"y":2}"#),
    ]

    private static let nested = [
        JSONSample("arrays 4,000 deep", String(repeating: "[", count: 4_000)),
        JSONSample("arrays 4,000 deep in it", inOther: repeated("[", 4_000) + repeated("]", 4_000)),
        JSONSample("arrays 4,000 deep, left open", inOther: repeated("[", 4_000)),
        JSONSample("objects 1,300 deep", repeated(#"{"x":"#, 1_300) + "1" + repeated("}", 1_300)),
    ]

    private static let texts = [
        JSONSample("a lone byte", inName: [0xFF]), JSONSample("half a character", inName: [0xC3]),
        JSONSample("a continuation alone", inName: [0x80]), JSONSample("an overlong slash", inName: [0xC0, 0xAF]),
        JSONSample("a surrogate in UTF-8", inName: [0xED, 0xA0, 0x80]),
        JSONSample("beyond Unicode", inName: [0xF4, 0x90, 0x80, 0x80]),
        JSONSample("bad UTF-8 elsewhere", Array(#"{"username":"bob","x":""#.utf8) + [0xFF] + Array(#""}"#.utf8)),
        JSONSample("bad UTF-8 in a member's name", Array(#"{"username":"bob",""#.utf8) + [0xFF] + Array(#"":1}"#.utf8)),
        JSONSample("NUL", inName: [0]), JSONSample("a line break", inName: [0x0A]), JSONSample("a tab", inName: [0x09]),
        JSONSample("a high surrogate alone", #"{"username":"\ud83d"}"#),
        JSONSample("a low surrogate alone", #"{"username":"\udd11"}"#),
        JSONSample("surrogates in the wrong order", #"{"username":"\udd11\ud83d"}"#),
        JSONSample("a high surrogate twice", #"{"username":"\ud83d\ud83d"}"#),
        JSONSample("a high surrogate and a letter", #"{"username":"\ud83dx"}"#),
        JSONSample("a high surrogate and another escape", #"{"username":"\ud83d\n"}"#),
        JSONSample("a lone surrogate elsewhere", inOther: #""\ud83d""#),
        JSONSample("an unknown escape", #"{"username":"\x62ob"}"#), JSONSample("a short code", #"{"username":"\u62"}"#),
        JSONSample("a code that is none", #"{"username":"\u00zz"}"#),
        JSONSample("a signed code", #"{"username":"\u+062"}"#),
        JSONSample("wide digits in a code", #"{"username":"\u\#("\u{FF10}")062"}"#),
    ]

    private static let numbers = [
        "01", "-01", "00", "+1", "1e", "1e+", "1.", ".5", "-", "1.e1", "0x1", "1_000", "Infinity", "NaN", "1 2", "--1",
    ].map { JSONSample("the number \($0)", inOther: $0) }

    private static func repeated(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
}
