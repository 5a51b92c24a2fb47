import AuthCore
import AuthSQL
import AuthSQLite
import AuthTestSupport
import Foundation
import Testing

/// What a key's row held before is secret too: nobody who copies the files later is to find it.
@Suite("SQLiteStore: erasure") struct SQLiteErasureTests {
    private let directory: TemporaryDirectory
    private let store: SQLiteStore
    /// Bytes that occur nowhere else, in the place of a sealed private half.
    private static let secret = (0..<2_000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ 13) }

    init() throws {
        directory = try TemporaryDirectory()
        store = try SQLiteStore(path: directory.database)
    }

    private func insertSecret() async throws {
        try await store.write { transaction in
            var key = Sample.key(1, .active)
            key.sealed = Self.secret
            try transaction.insert(key)
            try transaction.insert(Sample.key(2, .expired))
        }
        #expect(try filesHoldSecret())
    }

    @Test("a key that is sealed anew leaves its old bytes in no file") func update() async throws {
        try await insertSecret()
        try await store.write { transaction in try transaction.update(Sample.key(1, .retired)) }
        #expect(!(try filesHoldSecret()))
    }

    @Test("nor does one that is deleted") func delete() async throws {
        try await insertSecret()
        try await store.write { transaction in try transaction.deleteKey(KeyID(1)) }
        #expect(!(try filesHoldSecret()))
    }

    @Test("nor a handover that is over") func handover() async throws {
        try await store.write { transaction in
            try transaction.insert(Sample.keyEncryptionKey(1, handover: Self.secret))
        }
        #expect(try filesHoldSecret())
        try await store.write { transaction in
            try transaction.deleteKeyEncryptionKey(KeyEncryptionKeyID(1))
            try transaction.insert(Sample.keyEncryptionKey(1))
        }
        #expect(!(try filesHoldSecret()))
    }

    @Test("a store that is closed leaves one file, with everything in it") func close() async throws {
        try await insertSecret()
        store.close()
        #expect(try directory.contents == ["test.db"])
        #expect(try SQLiteStore.peek(path: directory.database).contents.keys.count == 2)
    }

    private func filesHoldSecret() throws -> Bool {
        try directory.contents.contains { name in
            let bytes = try Data(contentsOf: URL(filePath: directory.file(name)))
            // A page's worth of it is enough: SQLite splits long values.
            return bytes.range(of: Data(Self.secret.prefix(400))) != nil
                || bytes.range(of: Data(Self.secret.suffix(400))) != nil
        }
    }
}
