import AuthHTTP
import Testing

@Suite("ChunkSizes") struct ChunkSizesTests {
    private static let limit = 100

    /// Whether `parts`, one after another, announce too much, and at which of them.
    private func refusal(_ parts: [String]) -> Int? {
        var sizes = ChunkSizes(limit: Self.limit)
        return parts.firstIndex { sizes.exceedsLimit(after: $0.utf8) }
    }

    @Test(
        "refuse with the first size that is too much",
        arguments: [
            ("65\r\n", 0), ("64\r\n", nil), ("0000000000000000000065\r\n", 0), ("ffffffffffffffff\r\n", 0),
            ("FFFFFFFFFFFFFFFF;a=b\r\n", 0), ("65 \r\n", 0), ("65", nil), ("0\r\n\r\n", nil),
            ("0\r\nX: ffffffff\r\nffffffff\r\n\r\n", nil), ("1;ffffff\r\n", nil), ("1\r\nfff\r\n", nil),
        ] as [(String, Int?)])
    func first(_ text: String, _ part: Int?) { #expect(refusal([text]) == part) }

    @Test("are added up, wherever the parts end") func sum() {
        let chunks = String(repeating: "32\r\n\(String(repeating: "f", count: 50))\r\n", count: 2)
        for cut in 0...chunks.utf8.count {
            let (head, tail) = (String(chunks.prefix(cut)), String(chunks.dropFirst(cut)))
            #expect(refusal([head, tail, "0\r\n\r\n"]) == nil)
            #expect(refusal([head, tail, "1\r\n"]) == 2)
        }
        #expect(refusal((chunks + "0\r\n\r\n").map { String($0) }) == nil)
        #expect(refusal((chunks + "1\r").unicodeScalars.map { String($0) }) == chunks.utf8.count + 1)
    }

    @Test("are no more than the framing that is read of them") func framing() {
        #expect(refusal(Array(repeating: "1\r\nf\r\n", count: 100) + ["0\r\n\r\n"]) == nil)
        #expect(refusal(["1"] + Array(repeating: ";", count: 900)) == 800)
        // Behind the last chunk come trailers, which the decoder counts.
        #expect(refusal(["0\r\n"] + Array(repeating: ";", count: 900)) == nil)
    }

    @Test(
        "say nothing of what is no chunk",
        arguments: ["x\r\n", "-1\r\n", "\r\n", ";\r\n", "ffffffffffffffffff\r\n", "0x65\r\n"])
    func malformed(_ text: String) { #expect(refusal([text, "ffffff\r\n"]) == nil) }
}
