import AuthCore
import AuthSQL
import AuthSQLite
import AuthSodium
import AuthTestSupport
import Foundation
import GRDB
import Testing

@Suite("A file from before keys had an algorithm") struct EarlierDatabaseTests {
    private let directory: TemporaryDirectory
    private let path: String
    private let expected: FrozenDatabase.Expected

    init() throws {
        directory = try TemporaryDirectory()
        path = try directory.place(.rs256Only)
        expected = try FrozenDatabase.rs256Only.expected()
    }

    @Test("is looked at without a byte being changed") func peek() throws {
        let before = try Data(contentsOf: URL(filePath: path))
        let peek = try SQLiteStore.peek(path: path)
        #expect(peek.propagation == [])
        #expect(states(peek.contents) == expected.states)
        #expect(peek.contents.lifecycles.allSatisfy { $0.algorithm == .rs256 })
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        #expect(try directory.contents == [FrozenDatabase.fileName])
    }

    @Test("opens with the same keys and users, its keys being of RS256") func migrated() async throws {
        let before = try SQLiteStore.peek(path: path)
        let users = try rows("SELECT * FROM users")
        let tables = ["keys", "auth_logs", "key_encryption_keys"]
        let contents = try tables.map { try rows("SELECT * FROM \($0)") }
        let store = try SQLiteStore(path: path)
        #expect(try await store.read { transaction in try transaction.keyStoreContents() } == before.contents)
        #expect(try await store.read { transaction in try transaction.keyPropagation() } == [])
        #expect(try rows("SELECT * FROM users") == users)
        #expect(try tables.map { try rows("SELECT * FROM \($0)") } == contents)
        let steps = try rows("SELECT identifier FROM grdb_migrations ORDER BY rowid").map { $0[0] as String }
        #expect(steps == SchemaMigration.all.filter { $0.sqlite != nil }.map(\.name))
        for name in expected.passwords.keys {
            #expect(try await store.read { transaction in try transaction.user(named: [name]) } != nil)
        }
    }

    @Test("its keys open with its master key, and are the ones it served") func keysOpen() async throws {
        _ = try SQLiteStore(path: path)
        let contents = try SQLiteStore.peek(path: path).contents
        #expect(!expected.keys.isEmpty)
        #expect(try await expected.lostKeys(in: contents, derivation: SodiumKeyDerivation()) == [])
    }

    @Test("holds one active and one published key of each algorithm from then on") func index() async throws {
        let store = try SQLiteStore(path: path)
        for state in [KeyState.active, .published] {
            await #expect(throws: (any Error).self) {
                try await store.write { transaction in try transaction.insert(Sample.key(90, state, algorithm: .rs256))
                }
            }
            let id: Int64 = state == .active ? 91 : 92
            try await store.write { transaction in try transaction.insert(Sample.key(id, state, algorithm: .es256)) }
        }
    }

    private func states(_ contents: KeyStoreContents) -> [String: String] {
        Dictionary(uniqueKeysWithValues: contents.lifecycles.map { ($0.id.description, $0.state.rawValue) })
    }

    private func rows(_ sql: String) throws -> [Row] {
        try DatabaseQueue(path: path).read { db in try Row.fetchAll(db, sql: sql) }
    }
}
