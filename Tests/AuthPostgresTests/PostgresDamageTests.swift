import AuthCore
import AuthPostgres
import AuthTestSupport
import Testing

@Suite("PostgresStore: damaged rows", .enabled(if: TestPostgres.isThere, TestPostgres.missing))
struct PostgresDamageTests {
    @Test(
        "are named, and never read as something else",
        arguments: [
            ("UPDATE key_states SET state = 'archived'", "key_states.state of the row 1"),
            ("UPDATE key_states SET algorithm = 'PS256'", "key_states.algorithm of the row 1"),
            ("UPDATE keys SET exp = 9223372036854775807", "keys.exp of the row 1"),
            ("UPDATE key_encryption_keys SET id = 'x'", #"key_encryption_keys.id of the row "x""#),
        ])
    func keys(_ sql: String, _ place: String) async throws {
        let schema = try TemporarySchema()
        let store = try PostgresStore(try schema.address)
        defer { store.close() }
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, .active))
            try transaction.insert(Sample.keyEncryptionKey(1))
        }
        // As a newer server might have changed it.
        try schema.sql("ALTER TABLE key_states DROP CONSTRAINT key_states_state_check; " + sql)
        let error = try #require(
            await #expect(throws: OperatorError.self) {
                try await store.read { transaction in try transaction.keyStoreContents() }
            })
        #expect(error.description.hasPrefix(place))
        await #expect(throws: error) {
            try await store.write { transaction in _ = try transaction.keyStoreContents() }
        }
        // The connection is as good as before.
        try await store.ping()
        #expect(try await store.read { transaction in try transaction.user(named: ["alice"]) } == nil)
    }
}
