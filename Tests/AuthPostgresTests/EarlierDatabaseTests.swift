import AuthCore
import AuthPostgres
import AuthSQL
import AuthSQLite
import AuthSodium
import AuthTestSupport
import Testing

@Suite(
    "A PostgreSQL database from before keys had an algorithm", .enabled(if: TestPostgres.isThere, TestPostgres.missing))
struct EarlierDatabaseTests {
    private let database: TemporarySchema
    private let expected: FrozenDatabase.Expected

    init() throws {
        database = try TemporarySchema(isDatabase: true)
        expected = try FrozenDatabase.rs256Only.expected()
        try database.sql(try FrozenDatabase.rs256Only.dump())
    }

    @Test("is looked at as it is") func peek() throws {
        let peek = try PostgresStore.peek(try database.address)
        #expect(peek.propagation == [])
        let states = peek.contents.lifecycles.map { ($0.id.description, $0.state.rawValue) }
        #expect(Dictionary(uniqueKeysWithValues: states) == expected.states)
        #expect(peek.contents.lifecycles.allSatisfy { $0.algorithm == .rs256 })
        #expect(try database.sql("SELECT to_regclass('key_propagation')") == [nil])
    }

    @Test("opens with the same keys and users, its keys being of RS256") func migrated() async throws {
        let before = try PostgresStore.peek(try database.address)
        let users = try database.sql("SELECT users::text FROM users ORDER BY id")
        let store = try PostgresStore(try database.address)
        defer { store.close() }
        let contents = try await store.read { transaction in try transaction.keyStoreContents() }
        #expect(contents == before.contents)
        #expect(try database.sql("SELECT users::text FROM users ORDER BY id") == users)
        let steps = try database.sql("SELECT name FROM jwks_migrations").compactMap { $0 }
        #expect(steps.sorted() == SchemaMigration.all.map(\.name).sorted())
        for name in expected.passwords.keys {
            #expect(try await store.read { transaction in try transaction.user(named: [name]) } != nil)
        }
        #expect(!expected.keys.isEmpty)
        #expect(try await expected.lostKeys(in: contents, derivation: SodiumKeyDerivation()) == [])
    }

    @Test(
        "holds one active and one published key of each algorithm from then on, and announces them",
        .timeLimit(.minutes(1)))
    func index() async throws {
        let store = try PostgresStore(try database.address)
        defer { store.close() }
        // The listener's own start counts as a change.
        await store.changeFeed.wait(atMost: .seconds(5))
        for state in [KeyState.active, .published] {
            await #expect(throws: (any Error).self) {
                try await store.write { transaction in try transaction.insert(Sample.key(90, state, algorithm: .rs256))
                }
            }
        }
        let begin = ContinuousClock.now
        try await store.write { transaction in
            try transaction.insert(Sample.key(91, .active, algorithm: .es256))
            try transaction.insert(Sample.key(92, .published, algorithm: .es256))
        }
        await store.changeFeed.wait(atMost: .seconds(20))
        #expect(ContinuousClock.now - begin < .seconds(10))
    }
}
