import AuthCore
import AuthPostgres
import AuthTestSupport
import Synchronization
import Testing

@Suite("PostgresStore: too few connections", .enabled(if: TestPostgres.isThere, TestPostgres.missing))
struct ConnectionShortageTests {
    /// A role that may have so many connections, and nothing else.
    private final class LimitedRole: Sendable {
        let database: TemporarySchema
        private var name: String { database.name + "_role" }

        init(_ connections: Int) throws {
            database = try TemporarySchema(isDatabase: true)
            try database.sql("CREATE ROLE \(name) LOGIN")
            try database.sql("ALTER DATABASE \(database.name) OWNER TO \(name)")
            try limit(connections)
        }

        deinit {
            _ = try? database.sql("ALTER DATABASE \(database.name) OWNER TO postgres")
            _ = try? database.sql("REASSIGN OWNED BY \(name) TO postgres")
            _ = try? database.sql("DROP OWNED BY \(name)")
            _ = try? database.sql("DROP ROLE \(name)")
        }

        var address: PostgresAddress {
            get throws {
                try #require(try PostgresAddress(url: database.url.replacing("postgres@", with: "\(name)@")))
            }
        }

        func limit(_ connections: Int) throws { try database.sql("ALTER ROLE \(name) CONNECTION LIMIT \(connections)") }

        func hangUp() throws {
            try database.sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '\(name)'")
        }
    }

    private final class Events: Sendable {
        private let told = Mutex<[PostgresEvent]>([])

        func tell(_ event: PostgresEvent) { told.withLock { $0.append(event) } }

        var all: [PostgresEvent] { told.withLock { $0 } }

        func wait(_ count: Int) async throws {
            let begin = ContinuousClock.now
            while all.count < count, .now - begin < .seconds(20) { try await Task.sleep(for: .milliseconds(20)) }
        }
    }

    private func outcomes(of store: PostgresStore, _ count: Int, _ name: String) async -> [String] {
        await StoreLaw.inParallel(count) { number in
            do {
                let user = try Sample.user("\(name)-\(number)")
                try await store.write { transaction in try transaction.insert(user) }
                return "done"
            } catch {
                return "\(error)"
            }
        }
    }

    @Test("all are served by those that work, from the start and after they are lost", arguments: [2, 3])
    func served(connections: Int) async throws {
        let (role, events) = (try LimitedRole(connections), Events())
        let opening = PostgresOpening.server(wait: .seconds(10)) { events.tell($0) }
        let store = try await opening.open(try role.address)
        defer { store.close() }
        let first = await outcomes(of: store, 200, "first")
        #expect(first.filter { $0 != "done" } == [])
        try await events.wait(1)
        guard case .shortage(let open, 8, _) = events.all.first else {
            Issue.record("no shortage was told: \(events.all)")
            return
        }
        #expect(open == connections - 1)

        try role.hangUp()
        let second = await outcomes(of: store, 200, "second")
        #expect(second.filter { $0 != "done" } == [])

        try role.limit(-1)
        try await events.wait(2)
        #expect(Array(events.all.dropFirst()) == [.complete(wanted: 8)])
    }

    @Test("one connection is refused in one line") func one() async throws {
        let role = try LimitedRole(1)
        do {
            try await PostgresOpening.command.open(try role.address).close()
            Issue.record("it opened")
        } catch let error as OperatorError {
            #expect(error.description.contains("two connections are the least"))
        }
    }

    @Test("what is refused at first and granted then is waited for") func waits() async throws {
        let (role, events) = (try LimitedRole(0), Events())
        let opening = PostgresOpening.server(wait: .seconds(20)) { events.tell($0) }
        async let opened = opening.open(try role.address)
        try await events.wait(1)
        try role.limit(-1)
        try await opened.close()
        guard case (.waiting?, .arrived?) = (events.all.first, events.all.last) else {
            Issue.record("\(events.all)")
            return
        }
    }
}
