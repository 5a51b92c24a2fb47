import AuthCore
import AuthPostgres
import AuthTestSupport
import Testing

@Suite("PostgresStore", .enabled(if: TestPostgres.isThere, TestPostgres.missing)) struct PostgresStoreTests {
    private let schema: TemporarySchema

    init() throws { schema = try TemporarySchema() }

    @Test("keeps the law", arguments: StoreLaw.all)
    func law(_ law: StoreLaw) async throws {
        let store = try PostgresStore(try schema.address)
        defer { store.close() }
        try await law.check(store)
    }
}
