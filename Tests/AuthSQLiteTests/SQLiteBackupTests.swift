import AuthCore
import AuthSQL
import AuthSQLite
import AuthTestSupport
import Foundation
import GRDB
import Testing

@Suite("SQLiteBackup and SQLiteCopy") struct SQLiteBackupTests {
    private let directory: TemporaryDirectory
    private var copy: String { directory.file("copy.db") }

    init() throws { directory = try TemporaryDirectory() }

    /// A file for its owner alone, empty.
    private func makeEmptyCopy() {
        _ = FileManager.default.createFile(atPath: copy, contents: nil, attributes: [.posixPermissions: 0o600])
    }

    private func storeWithKey() async throws -> SQLiteStore {
        let store = try SQLiteStore(path: directory.database)
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, .active))
            try transaction.insert(Sample.keyEncryptionKey(7))
            try transaction.insert(Sample.user("somebody"))
            try transaction.append(AuthLogEntry(clientAddress: "::1", moment: Sample.now + .seconds(5), userID: 1))
        }
        return store
    }

    @Test("hold what the store held, in one file with the mode it was made with") func whole() async throws {
        let store = try await storeWithKey()
        makeEmptyCopy()
        try SQLiteBackup.write(from: directory.database, to: copy)
        let found = try SQLiteCopy(path: copy, named: "it is \(copy)")
        #expect(found.contents.keys == [Sample.key(1, .active)])
        #expect(found.contents.keyEncryptionKeys == [Sample.keyEncryptionKey(7)])
        #expect(found.users == 1 && found.logs == 1 && found.lastWritten == Sample.now + .seconds(5))
        #expect(try directory.contents.filter { $0.hasPrefix("copy") } == ["copy.db"])
        let mode = try FileManager.default.attributesOfItem(atPath: copy)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        store.close()
    }

    @Test("what is in the copy's place is left alone") func occupied() async throws {
        let store = try await storeWithKey()
        try Data("precious".utf8).write(to: URL(filePath: copy))
        #expect(throws: OperatorError.self) { try SQLiteBackup.write(from: directory.database, to: copy) }
        #expect(try Data(contentsOf: URL(filePath: copy)) == Data("precious".utf8))
        store.close()
    }

    @Test("while somebody writes and deletes, no row of before is missing and none is called lost") func busy()
        async throws
    {
        let store = try await storeWithKey()
        let writing = Task {
            var number = 0
            while !Task.isCancelled {
                number += 1
                let name = "user-\(number)"
                try await store.write { transaction in try transaction.insert(Sample.user(name)) }
                try await store.database.write { db in
                    try db.execute(sql: "DELETE FROM users WHERE id % 3 = 0 AND id < (SELECT max(id) FROM users) - 5")
                }
            }
        }
        for _ in 0..<30 {
            makeEmptyCopy()
            try SQLiteBackup.write(from: directory.database, to: copy)
            try FileManager.default.removeItem(atPath: copy)
        }
        writing.cancel()
        _ = await writing.result
        store.close()
    }

    @Test("a copy of the original's file is a copy") func original() throws {
        let path = try directory.place(.original)
        makeEmptyCopy()
        try SQLiteBackup.write(from: path, to: copy)
        #expect(try SQLiteCopy(path: copy, named: "").contents == SQLiteStore.peek(path: path).contents)
    }

    @Test("numbers that may have been given since are passed over", arguments: [true, false]) func numbers(
        _ hasUsers: Bool
    )
        async throws
    {
        let store = try await storeWithKey()
        if !hasUsers { try await store.database.write { db in try db.execute(sql: "DELETE FROM sqlite_sequence") } }
        store.close()
        try SQLiteNumbers.skip(users: 1_000_000, kids: 1_000, in: directory.database)
        let later = try SQLiteStore(path: directory.database)
        try await later.write { transaction in
            #expect(try transaction.nextKeyID() == KeyID(1_002))
            try transaction.insert(Sample.user("later"))
            #expect(try transaction.user(named: ["later"])?.id == 1_000_002)
        }
        later.close()
    }
}

@Suite("DatabaseUser") struct DatabaseUserTests {
    @Test("this process's own connections are nobody else") func own() throws {
        let directory = try TemporaryDirectory()
        #expect(DatabaseUser.other(of: directory.database) == nil)
        let store = try SQLiteStore(path: directory.database)
        #expect(DatabaseUser.other(of: directory.database) == nil)
        store.close()
    }
}
