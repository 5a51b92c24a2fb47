import Testing

/// Bytes that are not a well-formed request, or not one that the server takes.
struct Malformed: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ text: String) { self.init(name, Array(text.utf8)) }

    init(_ name: String, _ bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    var testDescription: String { name }

    private static let start = "GET /ping HTTP/1.1\r\nHost: a\r\n"
    private static let post = "POST /auth HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"

    static let requestLines = [
        Malformed("no HTTP", "HELLO\r\n\r\n"), Malformed("no target", "GET\r\n\r\n"),
        Malformed("another protocol", "GET /ping ICAP/1.0\r\n\r\n"),
        Malformed("a version that is none", "GET /ping HTTP/x\r\n\r\n"),
        Malformed("HTTP/9.9", "GET /ping HTTP/9.9\r\nHost: a\r\n\r\n"), Malformed("HTTP/0.9", "GET /ping\r\n\r\n"),
        Malformed("HTTP/2 with prior knowledge", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Malformed("an unknown method", "BREW /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        Malformed("a method in lower case", "get /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
        Malformed("a space in the target", "GET /pi ng HTTP/1.1\r\nHost: a\r\n\r\n"),
        Malformed("NUL in the target", "GET /pi\u{0}ng HTTP/1.1\r\nHost: a\r\n\r\n"),
        Malformed("TLS", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03]),
        Malformed("noise", [UInt8](repeating: 0xFF, count: 64)),
    ]

    static let fields = [
        Malformed("a space in a field's name", start + "X Y: 1\r\n\r\n"), Malformed("no colon", start + "X\r\n\r\n"),
        Malformed("a space before the colon", start + "X : 1\r\n\r\n"), Malformed("no name", start + ": 1\r\n\r\n"),
        Malformed("NUL in a value", start + "X: a\u{0}b\r\n\r\n"),
        Malformed("a bare CR in a value", start + "X: a\rb\r\n\r\n"),
        Malformed("a folded line", start + "X: a\r\n b\r\n\r\n"),
    ]

    /// What no connection keeps until it is whole.
    static let tooLarge = [
        Malformed("a target of 40 KiB", "GET /\(String(repeating: "x", count: 40_960)) HTTP/1.1\r\nHost: a\r\n\r\n"),
        Malformed("101 fields", start + (0..<100).map { "X-\($0): 1\r\n" }.joined() + "\r\n"),
        Malformed("1,000 fields", start + (0..<1_000).map { "X-\($0): 1\r\n" }.joined() + "\r\n"),
        Malformed("a field of 33 KiB", start + "X: \(String(repeating: "x", count: 33_792))\r\n\r\n"),
        Malformed(
            "fields of 40 KiB",
            start + (0..<40).map { "X-\($0): \(String(repeating: "x", count: 1_024))\r\n" }.joined() + "\r\n"),
        Malformed("a field of 1 MiB", start + "X: \(String(repeating: "x", count: 1_048_576))\r\n\r\n"),
    ]

    static let hosts =
        [
            "a\r\nHost: a", "a\r\nhost: b", "a b", "a/b", "user@a", "a:b", "a:80:80", "a\\b", "\"a\"", "é", "<a>",
            "[::1",
            "[]", "::1", "[::1]x", "[a/b]", "a#b", "a?b", "http://a",
        ].map { Malformed("the host \($0.debugDescription)", "GET /ping HTTP/1.1\r\nHost: \($0)\r\n\r\n") } + [
            Malformed("no host", "GET /ping HTTP/1.1\r\n\r\n"),
            Malformed(
                "no host, and something behind", "GET /ping HTTP/1.1\r\n\r\nGET /ping HTTP/1.1\r\nHost: a\r\n\r\n"),
            Malformed("no host beside an absolute target", "GET http://a/ping HTTP/1.1\r\n\r\n"),
            Malformed("no host on the ordinary route", "GET /nothing HTTP/1.1\r\n\r\n"),
            Malformed("no host before a body", "POST /auth HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}"),
            Malformed("two hosts in HTTP/1.0", "GET /ping HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"),
        ]

    static let lengths = [
        Malformed("a length that is no number", post + "Content-Length: x\r\n\r\n"),
        Malformed("a negative length", post + "Content-Length: -1\r\n\r\n"),
        Malformed("a signed length", post + "Content-Length: +2\r\n\r\n{}"),
        Malformed("an overflowing length", post + "Content-Length: 99999999999999999999\r\n\r\n"),
        Malformed("two lengths", post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        Malformed("a list of lengths", post + "Content-Length: 2, 3\r\n\r\n{}"),
        Malformed("a length and chunks", post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        Malformed("an unknown coding", post + "Transfer-Encoding: gzip\r\n\r\n{}"),
        Malformed("chunks that are not last", post + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"),
    ]

    /// Whose head is well-formed: what is wrong comes with the body.
    static let chunks = ["x\r\n", "-1\r\n{}\r\n", "2\r\n{}x\r\n", "2;\u{0}\r\n{}\r\n", "ffffffffffffffffff\r\n"].map {
        Malformed("the chunk \($0.debugDescription)", post + "Transfer-Encoding: chunked\r\n\r\n" + $0)
    }
}
