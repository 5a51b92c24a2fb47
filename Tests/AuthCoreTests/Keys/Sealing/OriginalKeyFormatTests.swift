import AuthCore
import AuthTestSupport
import Foundation
import Testing

/// The frozen file of the original itself is opened in AuthSQLiteTests.
@Suite("OriginalKeyFormat") struct OriginalKeyFormatTests {
    @Test("opens a row of the original", arguments: ["secret", "", "correct horse battery staple", "\u{E9}\u{1F600}"])
    func opens(_ secret: String) throws {
        let row = try OriginalRow.seal(TestKey.rsaPrivateKey(), secret: secret)
        let opened = try OriginalKeyFormat.open(row, id: KeyID(1), secret: Secret(secret))
        #expect(opened.hasPrivateHalf)
        #expect(try opened.modulus == TestKey.material().modulus)
    }

    @Test("refuses another secret") func wrongSecret() throws {
        let row = try OriginalRow.seal(TestKey.rsaPrivateKey(), secret: "secret")
        // CBC has no tag: one wrong secret in 256 or so unpads to nonsense, which must not pass for a key either.
        for number in 0..<1_000 {
            #expect(throws: OperatorError.wrongMasterKey) {
                try OriginalKeyFormat.open(row, id: KeyID(1), secret: Secret("secret \(number)"))
            }
        }
    }

    @Test("refuses what is no row of the original", arguments: ["", "=", "AAAA", "not base64!", "-----BEGIN RSA"])
    func malformed(_ row: String) {
        #expect(throws: OperatorError.wrongMasterKey) {
            try OriginalKeyFormat.open(Array(row.utf8), id: KeyID(1), secret: Secret("secret"))
        }
    }

    @Test("refuses a row that was cut or holds no key") func truncated() throws {
        let row = try OriginalRow.seal(TestKey.rsaPrivateKey(), secret: "secret")
        for length in stride(from: 0, to: row.count, by: 7) {
            #expect(throws: OperatorError.wrongMasterKey) {
                try OriginalKeyFormat.open(Array(row.prefix(length)), id: KeyID(1), secret: Secret("secret"))
            }
        }
        let text = try OriginalRow.seal(text: "not a PEM", secret: "secret")
        #expect(throws: OperatorError.wrongMasterKey) {
            try OriginalKeyFormat.open(text, id: KeyID(1), secret: Secret("secret"))
        }
    }
}
