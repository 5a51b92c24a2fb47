import AuthCore
import AuthSQLite
import AuthTestSupport
import Testing

@Suite("SQLiteStore") struct SQLiteStoreTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("keeps the law", arguments: StoreLaw.all)
    func law(_ law: StoreLaw) async throws { try await law.check(try SQLiteStore(path: directory.database)) }

    @Test("keeps the law in memory", arguments: StoreLaw.all)
    func lawInMemory(_ law: StoreLaw) async throws { try await law.check(try SQLiteStore.inMemory()) }

    @Test("keeps the law when every body runs twice", arguments: StoreLaw.all)
    func lawTwice(_ law: StoreLaw) async throws { try await law.check(FailingStore(try SQLiteStore.inMemory())) }

    @Test("answers a ping until it is closed") func ping() async throws {
        let store = try SQLiteStore(path: directory.database)
        try await store.ping()
        store.close()
        await #expect(throws: (any Error).self) { try await store.ping() }
    }
}
