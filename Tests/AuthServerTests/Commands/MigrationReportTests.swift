import AuthSQL
import AuthServer
import Foundation
import Testing

@Suite("What migrate answers") struct MigrationReportTests {
    /// SHA-256 of "a\n" and of nothing.
    private static let (one, none) = (
        "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    )

    @Test("is a line for each table, or a member") func report() {
        var users = TableChecksum()
        users.count(Data("a\n".utf8))
        let report = MigrationReport([("users", users), ("keys", TableChecksum())])
        #expect(
            report.lines == [
                "users: 1 rows, SHA-256 \(Self.one)", "keys: 0 rows, SHA-256 \(Self.none)",
                "everything is there: name the database in JWKS_DATABASE",
            ])
        #expect(
            report.text(asJSON: true)
                == "{\"users\":{\"rows\":1,\"sha256\":\"\(Self.one)\"},\"keys\":{\"rows\":0,\"sha256\":\"\(Self.none)\"}}\n"
        )
    }
}
