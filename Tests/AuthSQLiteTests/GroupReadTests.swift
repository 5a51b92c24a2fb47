import AuthCore
import AuthSQLite
import AuthTestSupport
import Testing

@Suite("SQLiteStore: reads", .timeLimit(.minutes(1))) struct GroupReadTests {
    private let directory: TemporaryDirectory
    private let store: SQLiteStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try SQLiteStore(path: directory.database)
    }

    private struct Deliberate: Error {}

    @Test("each of many at once gets its own answer, whatever becomes of the others") func many() async throws {
        for number in 1...20 {
            let user = try Sample.user("user\(number)")
            try await store.write { transaction in try transaction.insert(user) }
        }
        try await withThrowingTaskGroup { [store] group in
            for number in 0..<500 {
                group.addTask {
                    let id = UserID(number % 22 + 1)
                    do {
                        let account = try await store.read { transaction in
                            if id == 22 { throw Deliberate() }
                            return try transaction.account(id)
                        }
                        #expect(account?.username == (id <= 20 ? "user\(id)" : nil) && id < 22)
                    } catch is Deliberate {
                        #expect(id == 22)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("readers that wait for more are called at every moment of their patience") func patience() async throws {
        try await withThrowingTaskGroup { [store] group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<40 {
                        let account = try await store.read { transaction in try transaction.account(1) }
                        #expect(account == nil)
                        try await Task.sleep(for: .microseconds(Int.random(in: 19_000...21_000)))
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test("closing waits for no reader's patience, and leaves one file") func close() async throws {
        for _ in 0..<10 {
            let store = try SQLiteStore(path: directory.file("closed.db"))
            _ = try await store.read { transaction in try transaction.account(1) }
            store.close()
            #expect(try directory.contents.filter { $0.hasPrefix("closed") } == ["closed.db"])
        }
    }

    @Test("a read sees what was committed before it was asked for, however busy the readers are") func fresh()
        async throws
    {
        let busy = Task { [store] in
            await withTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        while !Task.isCancelled {
                            _ = try? await store.read { transaction in try transaction.account(1) }
                        }
                    }
                }
            }
        }
        defer { busy.cancel() }
        for number in 1...200 {
            let user = try Sample.user("user\(number)")
            try await store.write { transaction in try transaction.insert(user) }
            let account = try await store.read { transaction in try transaction.account(UserID(number)) }
            #expect(account?.username == "user\(number)")
        }
    }
}
