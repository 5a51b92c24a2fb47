import AuthCore
import AuthTestSupport
import Testing

@Suite("Username") struct UsernameTests {
    @Test(
        "keeps what is in canonical form already",
        arguments: [
            "a", "alice", "Alice", "a b", "a-b_c.d@e", "0", "jos\u{E9}", "\u{4E2D}\u{6587}", "\u{1F600}", "o'neil",
            "\u{627}\u{644}\u{627}", "a\"b\\c", "<script>", "$(id)", "'; DROP TABLE users; --",
            String(repeating: "a", count: 64), String(repeating: "\u{1F600}", count: 64),
        ])
    func accepted(_ name: String) throws {
        #expect(Array(try Username(registering: name).text.utf8) == Array(name.utf8))
    }

    @Test(
        "brings a name into normalisation form C",
        arguments: [
            // e + combining acute accent, A + combining ring, the Angstrom sign, Hangul jamo, two marks out of order.
            ("jose\u{301}", "jos\u{E9}"), ("A\u{30A}", "\u{C5}"), ("\u{212B}", "\u{C5}"),
            ("\u{1100}\u{1161}", "\u{AC00}"), ("q\u{307}\u{323}", "q\u{323}\u{307}"),
            // Compatibility forms are other names: form C, not KC.
            ("\u{FB01}n", "\u{FB01}n"), ("\u{2460}", "\u{2460}"),
        ])
    func normalised(_ raw: String, _ canonical: String) throws {
        #expect(Array(try Username(registering: raw).text.utf8) == Array(canonical.utf8))
    }

    @Test(
        "refuses control, format and unassigned characters and odd white space",
        arguments: [
            "\u{0}", "a\u{0}b", "a\u{1}b", "a\tb", "a\nb", "a\rb", "a\u{1B}b", "a\u{7F}b", "a\u{85}b", "a\u{9F}b",
            // Zero width, soft hyphen, bidirectional marks, embeddings, overrides and isolates, byte order mark.
            "a\u{200B}b", "a\u{200D}b", "a\u{AD}b", "a\u{61C}b", "a\u{200E}b", "a\u{200F}b", "a\u{202A}b",
            "a\u{202D}b", "a\u{202E}b", "a\u{2066}b", "a\u{2069}b", "\u{FEFF}a",
            // No-break and other spaces, line and paragraph separators.
            "a\u{A0}b", "a\u{2003}b", "a\u{3000}b", "a\u{2028}b", "a\u{2029}b",
            // Private use, noncharacters, unassigned.
            "a\u{E000}b", "a\u{FFFE}b", "a\u{10FFFF}b", "a\u{378}b",
        ])
    func odd(_ name: String) { expectRefused(name, mentioning: "control characters or white space") }

    @Test(
        "refuses what looks blank",
        // Braille's empty cell, fillers of Hangul, a joiner and selectors that are drawn as nothing.
        arguments: [
            "\u{2800}", "\u{3164}", "\u{115F}", "\u{1160}", "\u{FFA0}", "\u{34F}", "\u{17B4}", "\u{FE0F}", "\u{E0100}",
            "a\u{2800}b", "alice\u{3164}",
        ])
    func blank(_ name: String) {
        expectRefused(name, mentioning: "look blank")
        // Whoever has such a name already goes on with it.
        #expect(Username.forms(of: name).first == name)
    }

    @Test("refuses more combining marks in a row than UAX #15 calls stream-safe")
    func marks() throws {
        func name(_ count: Int) -> String { "q" + String(repeating: "\u{307}\u{323}", count: count / 2) }
        #expect(throws: Never.self) { try Username(registering: name(30)) }
        expectRefused(name(32), mentioning: "30 combining marks")
        #expect(Username.forms(of: name(32)) == [name(32)])
    }

    @Test("a crafted name costs next to nothing")
    func crafted() {
        var generator = SeededGenerator(seed: 9)
        let marks = ["\u{300}", "\u{316}", "\u{301}", "\u{323}", "\u{334}", "\u{345}"]
        let names = [
            "a" + (0..<3_900).map { _ in marks.randomElement(using: &generator) ?? "" }.joined(),
            String(repeating: "\u{1D160}", count: 2_000), String(repeating: "\u{FB2C}", count: 2_600),
            String(repeating: "\u{1100}\u{1161}\u{11A8}", count: 890),
        ]
        for name in names {
            let took = ContinuousClock().measure { for _ in 0..<20 { _ = Username.forms(of: name) } }
            // 20 times what 30 ms each were; in an optimised build it is under a millisecond for all of them.
            #expect(took < .milliseconds(200), "\(name.unicodeScalars.count) scalars: \(took)")
            expectRefused(name, mentioning: "username must")
        }
    }

    @Test(
        "refuses spaces at an end and two in a row",
        // The last: two spaces of which the second carries an accent.
        arguments: [" ", "  ", " a", "a ", "a  b", "a b ", " a b", "a  \u{301}b"])
    func spaces(_ name: String) { expectRefused(name, mentioning: "space") }

    @Test(
        "has 1 to 64 characters, counted as scalars after normalisation",
        arguments: [
            (0, false), (1, true), (2, true), (63, true), (64, true), (65, false), (128, false), (10_000, false),
        ])
    func lengths(_ length: Int, _ isAccepted: Bool) {
        for character in ["a", "\u{E9}", "e\u{301}", "\u{1F600}"] {
            let name = String(repeating: character, count: length)
            #expect(((try? Username(registering: name)) != nil) == isAccepted, "\(length) × \(character)")
        }
        // A mark that no precomposed character takes up counts.
        #expect((try? Username(registering: String(repeating: "a", count: 63) + "q\u{307}")) == nil)
    }

    @Test("says of an empty name and of a long one what is wrong") func reasons() {
        expectRefused("", mentioning: "empty")
        expectRefused(String(repeating: "x", count: 65), mentioning: "64")
    }

    @Test(
        "is looked for as it was sent, then in canonical form",
        arguments: [
            ("alice", ["alice"]), ("", [""]), ("a\u{0}b", ["a\u{0}b"]), ("jos\u{E9}", ["jos\u{E9}"]),
            ("jose\u{301}", ["jose\u{301}", "jos\u{E9}"]), ("\u{212B}", ["\u{212B}", "\u{C5}"]), (" a  b ", [" a  b "]),
        ])
    func forms(_ raw: String, _ forms: [String]) {
        #expect(Username.forms(of: raw).map { Array($0.utf8) } == forms.map { Array($0.utf8) })
    }

    @Test("never repeats the name in the refusal") func refusalIsSilent() throws {
        let error = try #require(throws: AuthError.self) { try Username(registering: "s3cret\u{7}") }
        #expect(!error.description.contains("s3cret"))
    }

    private func expectRefused(_ name: String, mentioning word: String) {
        let error = #expect(throws: AuthError.self, "\(name.debugDescription)") { try Username(registering: name) }
        guard case .invalidRequest(let reason) = error else {
            Issue.record("\(name.debugDescription): not an invalid request")
            return
        }
        #expect(reason.contains(word), "\(name.debugDescription): \(reason)")
    }
}
