import AuthServer
import Testing

@Suite("A .env file") struct EnvironmentFileTests {
    @Test(
        "is read line by line",
        arguments: [
            ("", [:]), ("\n\n  \n", [:]), ("# A=1\n   # B=2", [:]), ("A=1", ["A": "1"]),
            ("A=1\nB=2\n", ["A": "1", "B": "2"]), ("A=1\nA=2", ["A": "2"]), ("  A = 1  ", ["A": "1"]),
            ("export A=1", ["A": "1"]), ("export   A=1", ["A": "1"]), ("exportA=1", ["exportA": "1"]),
            ("A=", ["A": ""]), ("A==", ["A": "="]), ("A=b=c", ["A": "b=c"]),
            ("A=1 # comment", ["A": "1"]), ("A=1#2", ["A": "1#2"]), ("A=#1", ["A": "#1"]), ("A=a b", ["A": "a b"]),
            ("A=\"1\"", ["A": "1"]), ("A='1'", ["A": "1"]), ("A=\"a # b\"", ["A": "a # b"]),
            ("A=' a '", ["A": " a "]), ("A=\"it's\"", ["A": "it's"]), ("A='say \"a\"'", ["A": "say \"a\""]),
            ("A=\"1'", ["A": "\"1'"]), ("A=\"", ["A": "\""]), ("A=''", ["A": ""]),
            // Nothing in quotes is an escape: a secret is the bytes that stand there.
            ("A=\"a\\nb\"", ["A": "a\\nb"]), ("A=$HOME", ["A": "$HOME"]), ("A=1\r\nB=2\r\n", ["A": "1", "B": "2"]),
        ])
    func values(_ text: String, _ values: [String: String]) throws {
        #expect(try EnvironmentFile.parse(text, path: ".env") == values)
    }

    @Test("names the line that is none of these", arguments: [("nonsense", 1), ("A=1\n\n=2", 3), ("# \nexport B", 2)])
    func malformed(_ text: String, _ number: Int) {
        #expect(
            line { _ = try EnvironmentFile.parse(text, path: "dir/.env") }
                == "dir/.env, line \(number): expected NAME=value")
    }

    @Test("repeats nothing of a line, which may hold a secret") func secret() {
        #expect(line { _ = try EnvironmentFile.parse("hunter2", path: ".env") }?.contains("hunter2") == false)
    }
}
