import AuthCore
import AuthPostgres
import AuthSQL
import AuthTestSupport
import Foundation
import Testing

@Suite("PostgresStore: a fleet", .enabled(if: TestPostgres.isThere, TestPostgres.missing)) struct FleetTests {
    private let schema: TemporarySchema

    init() throws { schema = try TemporarySchema() }

    /// As many stores as nodes, all opened at once on threads of their own.
    private func stores(_ count: Int, in schema: TemporarySchema? = nil) async throws -> [PostgresStore] {
        let address = try (schema ?? self.schema).address
        return try await withThrowingTaskGroup(of: PostgresStore.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await withCheckedThrowingContinuation { continuation in
                        Thread { continuation.resume(with: Result { try PostgresStore(address) }) }.start()
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("ten that start at once make the tables once") func migrations() async throws {
        let stores = try await stores(10)
        defer { for store in stores { store.close() } }
        #expect(try schema.sql("SELECT name FROM jwks_migrations ORDER BY 1").count == SchemaMigration.all.count)
        for store in stores { #expect(try await store.read { transaction in try transaction.keys() }.isEmpty) }
    }

    @Test("a database of a newer version is refused") func newer() throws {
        try PostgresStore(try schema.address).close()
        try schema.sql("INSERT INTO jwks_migrations (name) VALUES ('99 something to come')")
        #expect(throws: OperatorError.refused("the database was written by a newer jwks-server: run that one")) {
            try PostgresStore(try schema.address)
        }
    }

    @Test("tables of somebody else are left alone") func foreign() throws {
        try schema.sql("CREATE TABLE users (name text)")
        #expect(throws: OperatorError.self) { try PostgresStore(try schema.address) }
        #expect(try schema.sql("SELECT tablename FROM pg_tables WHERE schemaname = '\(schema.name)'") == ["users"])
    }

    @Test("ten that need a successor at once make one", .timeLimit(.minutes(2))) func oneSuccessor() async throws {
        let stores = try await stores(10)
        defer { for store in stores { store.close() } }
        let (key, record) = try KeyEncryptionKey.make(
            from: Sample.masterKey, at: Sample.now, derivation: FakeKeyDerivation())
        try await stores[0].write { transaction in
            try transaction.insert(record)
            try transaction.insert(Sample.key(1, .active, withdrawnAt: Sample.now + .seconds(9_000_000)))
            try transaction.insert(Sample.key(2, .expired, withdrawnAt: Sample.now - .seconds(3_600)))
        }
        let now = ManualTimeSource()
        let policy = KeyPolicy(
            activePeriod: .seconds(2_592_000), publishAhead: .seconds(86_400), maxAge: .seconds(300),
            tokenLifetime: .seconds(3_600), clockSkew: .seconds(60))
        let work = RendezvousExecutor(parties: 10)
        let made = try await withThrowingTaskGroup(of: KeyID?.self) { group in
            for store in stores {
                group.addTask {
                    let rotate = RotateKeys(
                        schedule: KeySchedule(policy: policy), clock: KeyClock(time: now), store: store,
                        sealer: KeySealer(key), executor: work, makeKey: { try KeyMaterial.generate($0, bits: 2_048) })
                    return try await rotate.generate()?.id
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(made.compactMap { $0 } == [KeyID(3)])
    }

    @Test("a change of the keys wakes the others; logins wake nobody", .timeLimit(.minutes(1)))
    func notifications() async throws {
        let database = try TemporarySchema(isDatabase: true)
        let stores = try await stores(2, in: database)
        defer { for store in stores { store.close() } }
        let changes = stores[1].changeFeed
        // The listener's own start counts as a change.
        await changes.wait(atMost: .seconds(5))
        let insertion = Task {
            try await Task.sleep(for: .milliseconds(300))
            try await stores[0].write { transaction in try transaction.insert(Sample.key(1, .active)) }
            return ContinuousClock.now
        }
        await changes.wait(atMost: .seconds(20))
        let noticed = ContinuousClock.now
        #expect(noticed - (try await insertion.value) < .seconds(2))

        // A reservation and a log row: no change of the keys.
        let quiet = ContinuousClock.now
        try await stores[0].write { transaction in
            let moment = Sample.now + .seconds(9_000)
            _ = try transaction.reserveSigning(under: KeyID(1), until: moment, withdrawnAt: moment)
            try transaction.append(AuthLogEntry(clientAddress: "192.0.2.1", moment: moment, userID: nil))
        }
        await changes.wait(atMost: .milliseconds(700))
        #expect(ContinuousClock.now - quiet >= .milliseconds(690))
    }

    @Test("connections that the server ended are made anew without anyone noticing") func endedConnections()
        async throws
    {
        let named = try #require(try PostgresAddress(url: schema.url + "&application_name=\(schema.name)"))
        let store = try PostgresStore(named)
        defer { store.close() }
        for round in 0..<3 {
            let outcomes = await StoreLaw.inParallel(20) { number in
                do {
                    let user = try Sample.user("alice-\(round)-\(number)")
                    try await store.write { transaction in try transaction.insert(user) }
                    return "done"
                } catch {
                    return "\(error)"
                }
            }
            #expect(outcomes.filter { $0 != "done" } == [])
            // Ours alone: other tests use the same server.
            try schema.sql(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE application_name = '\(schema.name)' AND pid <> pg_backend_pid()
                """)
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}
