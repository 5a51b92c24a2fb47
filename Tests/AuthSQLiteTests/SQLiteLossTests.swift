import AuthCore
import AuthSQLite
import AuthTestSupport
import Foundation
import Testing

@Suite("SQLiteStore: files that were deleted or replaced", .timeLimit(.minutes(1))) struct SQLiteLossTests {
    /// What is done to the directory of an open database, and what the operator is told of `path`.
    struct Loss: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let told: String
        let file: String
        let happens: @Sendable (_ directory: TemporaryDirectory) throws -> Void
    }

    private static let losses: [Loss] =
        ["", "-wal", "-shm"].map { suffix in
            Loss(testDescription: "deleted\(suffix)", told: "was deleted or moved", file: suffix) { directory in
                try FileManager.default.removeItem(atPath: directory.database + suffix)
            }
        } + [
            Loss(testDescription: "replaced", told: "was replaced by another file", file: "") { directory in
                try FileManager.default.copyItem(atPath: directory.database, toPath: directory.file("other"))
                _ = rename(directory.file("other"), directory.database)
            },
            Loss(testDescription: "emptied", told: "was emptied", file: "") { directory in
                _ = truncate(directory.database, 0)
            },
        ]

    @Test("refuse reads and writes, and say which file", arguments: losses) func refused(_ loss: Loss) async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.database)
        try await store.write { transaction in try transaction.insert(try Sample.user("before")) }
        #expect(await store.loss() == nil)
        try loss.happens(directory)
        let told = "\(directory.database)\(loss.file) \(loss.told)"
        #expect(await store.loss() == told)
        await #expect(throws: AuthError.unavailable(told)) {
            try await store.write { transaction in try transaction.insert(try Sample.user("lost")) }
        }
        // SQLite may find it out first, where a reader has yet to be opened.
        await #expect(throws: AuthError.self) { try await store.ping() }
        store.close()
    }

    @Test("go on when the very files come back, through a link too") func back() async throws {
        let directory = try TemporaryDirectory()
        let link = directory.file("link.db")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "test.db")
        try SQLiteStore(path: directory.database).close()
        let store = try SQLiteStore(path: link)
        #expect(rename(directory.database, directory.file("away")) == 0)
        #expect(await store.loss() == "\(link) was deleted or moved")
        #expect(rename(directory.file("away"), directory.database) == 0)
        #expect(await store.loss() == nil)
        try await store.write { transaction in try transaction.insert(try Sample.user("after")) }
        store.close()
        let reopened = try SQLiteStore(path: directory.database)
        let found = try await reopened.read { transaction in try transaction.user(named: ["after"]) }
        #expect(found != nil)
        reopened.close()
    }

    @Test("leave everything that was acknowledged in the file that was moved away") func folded() async throws {
        let directory = try TemporaryDirectory()
        let store = try SQLiteStore(path: directory.database)
        try await store.write { transaction in try transaction.insert(try Sample.user("kept")) }
        #expect(rename(directory.database, directory.file("away.db")) == 0)
        await store.foldLogIn()
        store.close()
        let moved = try SQLiteStore(path: directory.file("away.db"))
        let found = try await moved.read { transaction in try transaction.user(named: ["kept"]) }
        #expect(found != nil)
        moved.close()
    }
}
