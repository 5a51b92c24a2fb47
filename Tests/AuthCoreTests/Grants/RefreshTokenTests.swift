import AuthCore
import AuthTestSupport
import Testing

@Suite("RefreshToken") struct RefreshTokenTests {
    private static let keys = (1...2).map { RefreshTokenKey(id: $0, key: [UInt8](repeating: UInt8($0), count: 32)) }
    private let grant = GrantID.random()

    @Test("comes back as it was", arguments: [0, 1, 255, 256, .max] as [Int64])
    func roundTrip(_ generation: Int64) {
        let token = RefreshToken(grant: grant, generation: generation)
        for key in Self.keys {
            let text = token.text(for: Sample.app, under: key)
            #expect(RefreshToken(text, from: Sample.app, keys: Self.keys) == token)
            #expect(text == token.text(for: Sample.app, under: key), "derived again it is the same")
        }
    }

    /// Made with Python's hmac: what was handed out by any version has to be read by every later one.
    @Test("has the text that its format says") func knownAnswer() throws {
        let text = "rt_AQAAAAEAAQIDBAUGBwgJCgsMDQ4PAAAAAAAAAAd0sHFOCcMjIqrKUcLJmq7qMKZQ2Ze8tduRuZRz0r8BfA"
        let token = RefreshToken(grant: try #require(GrantID(Array(0..<16))), generation: 7)
        #expect(token.text(for: Sample.app, under: Self.keys[0]) == text)
        #expect(RefreshToken(text, from: Sample.app, keys: Self.keys) == token)
    }

    @Test("may stand in a form as it is") func alphabet() {
        let text = RefreshToken(grant: grant, generation: 7).text(for: Sample.app, under: Self.keys[0])
        #expect(text.hasPrefix("rt_") && text.utf8.count == 85)
        #expect(text.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || isAlphanumeric($0) })
    }

    @Test("is good for its client and under its key alone") func bindings() {
        let text = RefreshToken(grant: grant, generation: 7).text(for: Sample.app, under: Self.keys[0])
        #expect(RefreshToken(text, from: Sample.known("ap"), keys: Self.keys) == nil)
        #expect(RefreshToken(text, from: Sample.known("app-"), keys: Self.keys) == nil)
        #expect(RefreshToken(text, from: Sample.app, keys: [Self.keys[1]]) == nil)
        #expect(RefreshToken(text, from: Sample.app, keys: []) == nil)
        let other = RefreshTokenKey(id: 1, key: [UInt8](repeating: 9, count: 32))
        #expect(RefreshToken(text, from: Sample.app, keys: [other]) == nil)
    }

    /// Every character changed into every other one, every end cut off, and what is no token at all.
    @Test("is refused when it was altered anywhere") func alterations() {
        let text = Array(RefreshToken(grant: grant, generation: 7).text(for: Sample.app, under: Self.keys[0]).utf8)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ ".utf8)
        var accepted = 0
        for index in text.indices {
            for character in alphabet where character != text[index] {
                var altered = text
                altered[index] = character
                accepted += isAccepted(altered) ? 1 : 0
            }
            accepted += isAccepted(Array(text[..<index])) ? 1 : 0
            accepted += isAccepted(Array(text[(index + 1)...])) ? 1 : 0
        }
        for suffix in ["=", "A", "AA", "AAAA", "\0", " "] { accepted += isAccepted(text + Array(suffix.utf8)) ? 1 : 0 }
        for noToken in ["", "rt_", "rt_A", "RT_", String(repeating: "A", count: 10_000)] {
            accepted += isAccepted(Array(noToken.utf8)) ? 1 : 0
        }
        #expect(accepted == 0)
        #expect(isAccepted(text))
    }

    private func isAccepted(_ text: [UInt8]) -> Bool {
        RefreshToken(String(decoding: text, as: UTF8.self), from: Sample.app, keys: Self.keys) != nil
    }

    private func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}
