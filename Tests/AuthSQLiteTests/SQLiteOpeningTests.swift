import AuthCore
import AuthSQL
import AuthSQLite
import AuthTestSupport
import Foundation
import GRDB
import Synchronization
import Testing

@Suite("SQLiteStore: opening") struct SQLiteOpeningTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("makes a new file, for its owner only, with a write-ahead log") func newFile() async throws {
        let store = try SQLiteStore(path: directory.database)
        #expect(try await store.read { transaction in try transaction.keyStoreContents() } == .empty)
        let attributes = try FileManager.default.attributesOfItem(atPath: directory.database)
        #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        // Asked over a connection of someone else. `synchronous` is a matter of each connection: the store reads it
        // back itself and refuses to open without it.
        #expect(try journalMode() == "wal")
    }

    @Test("makes the file that a link leads to for its owner only, whoever looked before") func danglingLink() throws {
        let target = directory.file("elsewhere.db")
        try FileManager.default.createSymbolicLink(atPath: directory.database, withDestinationPath: target)
        #expect(try SQLiteStore.peek(path: directory.database) == .empty)
        #expect(!FileManager.default.fileExists(atPath: target))
        let store = try SQLiteStore(path: directory.database)
        for file in [target, target + "-wal", target + "-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(file)")
        }
        store.close()
        let kept = try FileManager.default.attributesOfItem(atPath: directory.database)
        #expect(kept[.type] as? FileAttributeType == .typeSymbolicLink)
    }

    private func journalMode() throws -> String? {
        try DatabaseQueue(path: directory.database).read { db in try String.fetchOne(db, sql: "PRAGMA journal_mode") }
    }

    @Test("opens again what it left, as often as one likes") func again() async throws {
        for number in 1...3 {
            let store = try SQLiteStore(path: directory.database)
            let user = try Sample.user("user \(number)")
            try await store.write { transaction in try transaction.insert(user) }
        }
        let store = try SQLiteStore(path: directory.database)
        for number in 1...3 {
            let user = try await store.read { transaction in try transaction.user(named: ["user \(number)"]) }
            #expect(user?.id == Int64(number))
        }
    }

    @Test("two stores on one file see each other's writes") func twoProcesses() async throws {
        let (one, two) = (try SQLiteStore(path: directory.database), try SQLiteStore(path: directory.database))
        let user = try Sample.user("alice")
        try await one.write { transaction in try transaction.insert(user) }
        #expect(try await two.read { transaction in try transaction.user(named: ["alice"]) } != nil)
        await #expect(throws: AuthError.usernameTaken) {
            try await two.write { transaction in try transaction.insert(user) }
        }
    }

    @Test("servers that start at once on no file share the making of it") func parallelOpening() throws {
        for round in 1...100 {
            let path = directory.file("race \(round).db")
            let failures = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 4) { _ in
                do { _ = try SQLiteStore(path: path) } catch { failures.withLock { $0.append("\(error)") } }
            }
            #expect(failures.withLock { $0 } == [], "round \(round)")
        }
    }

    @Test("refuses a file that is no database, and leaves it as it is") func notADatabase() throws {
        let bytes = Data("This is a letter, and by no means a database.\n".utf8) + Data(repeating: 0x41, count: 4_096)
        try bytes.write(to: URL(filePath: directory.database))
        try expectRefusal("is not an SQLite database") { _ = try SQLiteStore(path: directory.database) }
        try expectRefusal("is not an SQLite database") { _ = try SQLiteStore.peek(path: directory.database) }
        #expect(try Data(contentsOf: URL(filePath: directory.database)) == bytes)
    }

    @Test("refuses a file of a newer server, and leaves its tables as they are") func newerMigrations() throws {
        _ = try SQLiteStore(path: directory.database)
        let queue = try DatabaseQueue(path: directory.database)
        try queue.write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('99 of the future')")
        }
        let tables = "SELECT name || ifnull(sql, '') FROM sqlite_master"
        let before = try queue.read { db in try String.fetchAll(db, sql: tables) }
        try expectRefusal("newer") { _ = try SQLiteStore(path: directory.database) }
        #expect(try queue.read { db in try String.fetchAll(db, sql: tables) } == before)
    }

    @Test("refuses a directory that does not exist") func noDirectory() throws {
        let path = directory.file("nowhere/test.db")
        try expectRefusal("cannot be opened for writing", naming: path) { _ = try SQLiteStore(path: path) }
        #expect(try directory.contents.isEmpty)
    }

    @Test("refuses a path that is a directory") func isDirectory() throws {
        try expectRefusal("cannot be opened", naming: directory.path) { _ = try SQLiteStore(path: directory.path) }
    }

    /// One line that names the file: an operator reads it in a terminal.
    private func expectRefusal(_ reason: String, naming path: String? = nil, _ body: () throws -> Void) throws {
        let error = try #require(throws: OperatorError.self, performing: body)
        guard case .refused(let line) = error else {
            Issue.record("not a refusal: \(error)")
            return
        }
        #expect(line.contains(path ?? directory.database))
        #expect(line.contains(reason))
        #expect(!line.contains("\n"))
    }
}
