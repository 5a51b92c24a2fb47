import AuthCore
import AuthSQL
import AuthSQLite
import AuthTestSupport
import Foundation
import GRDB
import Testing

@Suite("SQLiteStore.peek") struct SQLitePeekTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("finds nothing in a file that is not there, and does not make it") func missing() throws {
        #expect(try SQLiteStore.peek(path: directory.database) == .empty)
        #expect(try SQLiteStore.peek(path: directory.file("nowhere/test.db")) == .empty)
        #expect(try directory.contents.isEmpty)
    }

    @Test("finds nothing in an empty file, and writes nothing to it") func empty() throws {
        try Data().write(to: URL(filePath: directory.database))
        #expect(try SQLiteStore.peek(path: directory.database) == .empty)
        #expect(try directory.contents == ["test.db"])
        #expect(try Data(contentsOf: URL(filePath: directory.database)).isEmpty)
    }

    @Test("finds nothing in someone else's database") func foreign() throws {
        let queue = try DatabaseQueue(path: directory.database)
        try queue.write { db in try db.execute(sql: "CREATE TABLE recipes (name TEXT)") }
        try queue.close()
        let before = try Data(contentsOf: URL(filePath: directory.database))
        #expect(try SQLiteStore.peek(path: directory.database) == .empty)
        #expect(try Data(contentsOf: URL(filePath: directory.database)) == before)
    }

    @Test("reads the original's file without changing a byte of it") func original() throws {
        let path = try directory.place(.original)
        let before = try Data(contentsOf: URL(filePath: path))
        let contents = try SQLiteStore.peek(path: path).contents
        #expect(contents.keys.map(\.id) == [KeyID(1), KeyID(2)])
        #expect(contents.keys.map(\.exp) == [1_700_000_000, 4_102_444_800])
        #expect(contents.keys.allSatisfy { $0.lifecycle == nil && !SealedKeyFormat.isSealed($0.sealed) })
        #expect(contents.keyEncryptionKeys.isEmpty)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
        #expect(try directory.contents == [FrozenDatabase.fileName])
    }

    @Test("sees what a store wrote, whether that is open or not") func own() async throws {
        let propagation = NodePropagation(
            node: "one", propagation: KeyPropagation(newest: KeyID(1), known: 3, aware: 2), recordedAt: Sample.now)
        var store: SQLiteStore? = try SQLiteStore(path: directory.database)
        try await store?.write { transaction in
            try transaction.insert(Sample.key(1, .active))
            try transaction.insert(Sample.keyEncryptionKey(7))
            try transaction.record(propagation)
        }
        for _ in 0..<2 {
            let peek = try SQLiteStore.peek(path: directory.database)
            #expect(peek.contents.keys == [Sample.key(1, .active)])
            #expect(peek.contents.keyEncryptionKeys == [Sample.keyEncryptionKey(7)])
            #expect(peek.propagation == [propagation])
            store = nil
        }
    }
}
