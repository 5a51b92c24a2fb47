import AuthCore
import AuthSQLite
import AuthTestSupport
import Dispatch
import GRDB
import Synchronization
import Testing

@Suite("SQLiteStore: group commit", .timeLimit(.minutes(1))) struct GroupCommitTests {
    private let directory: TemporaryDirectory
    private let store: SQLiteStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try SQLiteStore(path: directory.database)
    }

    private struct Deliberate: Error {}

    @Test("a unit that fails leaves the others of its batch committed") func failingUnit() async throws {
        let alice = try Sample.user("alice")
        let units: [Unit] = [
            { try $0.insert(try Sample.user("a")) }, { _ in throw Deliberate() },
            { try $0.insert(try Sample.user("b")) },
            // Two of one name, and one that fails after it wrote.
            { try $0.insert(alice) }, { try $0.insert(alice) },
            { transaction in
                try transaction.insert(try Sample.user("c"))
                throw Deliberate()
            }, { try $0.insert(try Sample.user("d")) },
        ]
        let errors = try await inOneBatch(units)
        #expect(errors.map { $0 == nil } == [true, false, true, true, false, false, true])
        #expect(errors[4] as? AuthError == .usernameTaken)
        #expect(try names() == ["a", "alice", "b", "d"])
    }

    @Test("one that a constraint of the key tables refuses leaves the others committed too") func refusedKey()
        async throws
    {
        let units: [Unit] = [
            { try $0.insert(Sample.key(1, .published)) }, { try $0.insert(try Sample.user("a")) },
            { try $0.insert(Sample.key(2, .published)) }, { try $0.insert(try Sample.user("b")) },
            { try $0.append(AuthLogEntry(clientAddress: "192.0.2.1", moment: Sample.now, userID: 99)) },
            { try $0.insert(try Sample.user("c")) },
        ]
        let errors = try await inOneBatch(units)
        #expect(errors.map { $0 == nil } == [true, true, false, true, false, true])
        #expect(try names() == ["a", "b", "c"])
        #expect(try await store.read { transaction in try transaction.keys().map(\.id) } == [KeyID(1)])
    }

    @Test("the units of a batch see what those before them wrote") func order() async throws {
        let seen = Mutex<[Int]>([])
        let units: [Unit] = (1...5).map { number in
            { transaction in
                let count = try transaction.keys().count
                seen.withLock { $0.append(count) }
                try transaction.insert(Sample.key(Int64(number), .retired))
            }
        }
        #expect(try await inOneBatch(units).allSatisfy { $0 == nil })
        #expect(seen.withLock { $0 } == [0, 1, 2, 3, 4])
    }

    @Test("a full disk, where SQLite ends the transaction by itself, leaves nothing of the batch, nor of what follows")
    func fullDisk() async throws {
        let pages = try await limitPages { $0 + 4 }
        let units: [Unit] = [
            { try $0.insert(try Sample.user("before")) },
            { transaction in
                for number in 0..<1_000 { try? transaction.insert(try Sample.user("user \(number)")) }
            }, { try $0.insert(try Sample.user("after")) },
        ]
        let errors = try await inOneBatch(units)
        #expect(errors.allSatisfy { if case .unavailable? = $0 as? AuthError { true } else { false } })
        #expect(try names().isEmpty)
        _ = try await limitPages { _ in pages + 100 }
        #expect(try await inOneBatch([{ try $0.insert(try Sample.user("then")) }]).allSatisfy { $0 == nil })
        #expect(try names() == ["then"])
    }

    @Test("what is made meanwhile is begun before the commit, and handed out to nobody where the disk is full")
    func meanwhile() async throws {
        let (made, isWaitedFor) = (Counter(), Counter())
        let begun = DispatchSemaphore(value: 0)
        let write: Write = { store, unit in
            try await store.write(unit) {
                made.add()
                begun.signal()
            }
        }
        // Of the batch only what the first of them came to can have been begun.
        let waiting: Unit = { _ in if begun.wait(timeout: .now() + 10) == .success { isWaitedFor.add() } }
        #expect(try await inOneBatch([{ _ in }, waiting], by: write).allSatisfy { $0 == nil })
        #expect((isWaitedFor.count, made.count) == (1, 2))
        _ = try await limitPages { $0 + 4 }
        let filling: Unit = { transaction in
            for number in 0..<1_000 { try? transaction.insert(try Sample.user("user \(number)")) }
        }
        let errors = try await inOneBatch([{ _ in }, filling], by: write)
        #expect(errors.allSatisfy { if case .unavailable? = $0 as? AuthError { true } else { false } })
        #expect(made.count > 2)
    }

    /// - Returns: how many there are.
    private func limitPages(_ limit: @escaping @Sendable (Int) -> Int) async throws -> Int {
        try await store.database.writeWithoutTransaction { db in
            let pages = try #require(try Int.fetchOne(db, sql: "PRAGMA page_count"))
            _ = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(limit(pages))")
            return pages
        }
    }

    @Test("a thousand units at once are all answered, and all on disk") func many() async throws {
        let failures = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<1_000 {
                group.addTask {
                    (try? await store.write { transaction in
                        try transaction.insert(try Sample.user("user \(number)"))
                    }) == nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 0)
        #expect(try names().count == 1_000)
    }

    private typealias Unit = @Sendable (any WriteTransaction) throws -> Void
    private typealias Write = @Sendable (SQLiteStore, @escaping Unit) async throws -> Void

    /// Runs the units as one batch, in their order: they come while the writer is held up by another unit.
    /// - Returns: what each threw.
    private func inOneBatch(
        _ units: [Unit], by write: @escaping Write = { store, unit in try await store.write(unit) }
    ) async throws -> [(any Error)?] {
        let (begun, mayEnd) = (AsyncStream.makeStream(of: Void.self), DispatchSemaphore(value: 0))
        let store = self.store
        let holdUp = Task {
            try await store.write { _ in
                begun.continuation.yield()
                mayEnd.wait()
            }
        }
        for await _ in begun.stream { break }
        let started = Counter()
        var tasks: [Task<(any Error)?, Never>] = []
        for (number, unit) in units.enumerated() {
            tasks.append(
                Task {
                    started.add()
                    do {
                        try await write(store, unit)
                        return nil
                    } catch {
                        return error
                    }
                })
            // In order. From here to the queue the task does not wait, so a few turns are more than enough.
            while started.count <= number { await Task.yield() }
            for _ in 0..<1_000 { await Task.yield() }
        }
        mayEnd.signal()
        try await holdUp.value
        var errors: [(any Error)?] = []
        for task in tasks { errors.append(await task.value) }
        return errors
    }

    private func names() throws -> [String] {
        try DatabaseQueue(path: directory.database).read { db in
            try String.fetchAll(db, sql: "SELECT username FROM users ORDER BY username")
        }
    }

    private final class Counter: Sendable {
        private let state = Mutex(0)

        var count: Int { state.withLock { $0 } }

        func add() { state.withLock { $0 += 1 } }
    }
}
