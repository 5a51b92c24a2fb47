import AuthCore
import AuthSQLite
import AuthTestSupport
import Testing

@Suite("SQLiteStore") struct SQLiteStoreTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("keeps the law", arguments: StoreLaw.allCases)
    func law(_ law: StoreLaw) async throws { try await law.check(on: try SQLiteStore(path: directory.database)) }
}
