import AuthCore
import AuthSQL
import AuthSQLite
import AuthSodium
import AuthTestSupport
import Foundation
import GRDB
import Testing

@Suite("A file of the original") struct OriginalDatabaseTests {
    private struct Unexpected: Error {}

    private let directory: TemporaryDirectory
    private let path: String
    private let expected: FrozenDatabase.Expected
    /// Between the ends of its two keys.
    private let time = ManualTimeSource(Timestamp(seconds: 1_800_000_000))

    init() throws {
        directory = try TemporaryDirectory()
        path = try directory.place(.original)
        expected = try FrozenDatabase.original.expected()
    }

    private func unlock(_ secret: String) -> UnlockKeys {
        UnlockKeys(
            secret: Secret(secret), derivation: SodiumKeyDerivation(), executor: ImmediateExecutor(), time: time)
    }

    @Test("its keys open with its secret, and are the ones it served") func keysOpen() throws {
        let contents = try SQLiteStore.peek(path: path).contents
        let secret = Secret(expected.masterKey)
        let served = try #require(expected.keys.first)
        let live = try #require(contents.keys.first { $0.id.description == served.kid })
        let material = try OriginalKeyFormat.open(live.sealed, id: live.id, secret: secret)
        let set = try JWKSet([(id: live.id, material: material)])
        #expect(String(decoding: set.body, as: UTF8.self).contains(#""n":"\#(served.n)""#))
        for key in contents.keys { _ = try OriginalKeyFormat.open(key.sealed, id: key.id, secret: secret) }
    }

    @Test("a wrong secret opens none, and changes no byte", arguments: ["", "wrong", "correct horse battery staple "])
    func wrongSecret(_ secret: String) async throws {
        let before = try Data(contentsOf: URL(filePath: path))
        let contents = try SQLiteStore.peek(path: path).contents
        for key in contents.keys {
            #expect(throws: OperatorError.wrongMasterKey) {
                try OriginalKeyFormat.open(key.sealed, id: key.id, secret: Secret(secret))
            }
        }
        await #expect(throws: OperatorError.wrongMasterKey) { try await unlock(secret).verifyMasterKey(on: contents) }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test("is adopted: keys sealed anew with kid, exp and n, users as they were") func adopted() async throws {
        let verdict = try await unlock(expected.masterKey).verifyMasterKey(
            on: try SQLiteStore.peek(path: path).contents)
        guard case .original = verdict else { throw Unexpected() }
        let users = try rows("SELECT * FROM users")
        let store = try SQLiteStore(path: path)
        let sealer = try await unlock(expected.masterKey).importOriginal(into: store)
        let keys = try await store.read { transaction in try transaction.keys() }
        #expect(keys.map(\.exp) == [1_700_000_000, 4_102_444_800])
        #expect(keys.map { $0.lifecycle?.state } == [.expired, .active])
        #expect(keys.allSatisfy { SealedKeyFormat.isSealed($0.sealed) })
        let set = try JWKSet([(id: keys[1].id, material: sealer.open(keys[1]))])
        #expect(String(decoding: set.body, as: UTF8.self).contains(try #require(expected.keys.first).n))
        #expect(try rows("SELECT * FROM users") == users)
        #expect(try rows("SELECT kid FROM keys WHERE key LIKE '%PRIVATE%'").isEmpty)
        // A kid that the original gave is not given again.
        #expect(try await store.write { transaction in try transaction.nextKeyID() } == KeyID(3))
    }

    @Test("its second start finds our format, and refuses another secret") func secondStart() async throws {
        do {
            _ = try await unlock(expected.masterKey).importOriginal(into: try SQLiteStore(path: path))
        }
        let contents = try SQLiteStore.peek(path: path).contents
        guard case .sealed = try await unlock(expected.masterKey).verifyMasterKey(on: contents) else {
            throw Unexpected()
        }
        await #expect(throws: OperatorError.wrongMasterKey) { try await unlock("wrong").verifyMasterKey(on: contents) }
    }

    @Test("its users log in with their passwords, and their hashes move to our parameters") func users() async throws {
        let store = try SQLiteStore(path: path)
        let pool = WorkerPool(threads: 2, deadline: .seconds(60), time: SystemTimeSource())
        let hasher = SodiumPasswordHasher(
            parameters: Argon2id.Parameters(memoryKiB: 8_192, passes: 1), pool: pool)
        for (name, password) in expected.passwords {
            let user = try #require(try await store.read { transaction in try transaction.user(named: [name]) })
            #expect(user.passwordHash.phcString.hasPrefix("$argon2id$v=19$m=65536,t=3,p=4$"))
            #expect(try await hasher.verify(Secret(password), against: user.passwordHash))
            #expect(!(try await hasher.verify(Secret(password + "x"), against: user.passwordHash)))
            #expect(hasher.needsRehash(user.passwordHash))
            let stronger = try await hasher.hash(Secret(password))
            let moved = try await store.write { transaction in
                try transaction.replacePasswordHash(of: user.id, from: user.passwordHash, to: stronger)
            }
            #expect(moved)
            #expect(!hasher.needsRehash(stronger))
            #expect(try await hasher.verify(Secret(password), against: stronger))
        }
    }

    private func rows(_ sql: String) throws -> [Row] {
        try DatabaseQueue(path: path).read { db in try Row.fetchAll(db, sql: sql) }
    }
}
