import AuthCore
import AuthSQLite
import AuthTestSupport
import GRDB
import Testing

/// A row that cannot be read stops the server with a line for the operator; it never reads as something else.
@Suite("SQLiteStore: damaged rows") struct SQLiteDamageTests {
    private let store: SQLiteStore

    init() throws { store = try SQLiteStore.inMemory() }

    @Test(
        "are named, and nothing is made in their place",
        arguments: [
            ("UPDATE key_states SET state = 'archived'", "key_states.state of the row 1"),
            ("UPDATE key_states SET algorithm = 'PS256'", "key_states.algorithm of the row 1"),
            ("UPDATE key_states SET published_at = 'soon'", "key_states.published_at of the row 1"),
            ("UPDATE key_states SET retired_at = x'00'", "key_states.retired_at of the row 1"),
            ("UPDATE keys SET exp = 1.5", "keys.exp of the row 1"),
            ("UPDATE keys SET exp = 9223372036854775807", "keys.exp of the row 1"),
            ("UPDATE keys SET key = 7", "keys.key of the row 1"),
            ("UPDATE key_encryption_keys SET id = 'x'", #"key_encryption_keys.id of the row "x""#),
            ("UPDATE key_encryption_keys SET salt = 'text'", "key_encryption_keys.salt of the row"),
            ("UPDATE key_encryption_keys SET passes = 'two'", "key_encryption_keys.passes of the row"),
        ])
    func keys(_ sql: String, _ place: String) async throws {
        let (key, record) = try KeyEncryptionKey.make(
            from: Sample.masterKey, at: Sample.now, derivation: FakeKeyDerivation())
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, .active))
            try transaction.insert(record)
        }
        try await damage(sql)
        let policy = KeyPolicy(
            activePeriod: .seconds(2_592_000), publishAhead: .seconds(86_400), maxAge: .seconds(300),
            tokenLifetime: .seconds(3_600), clockSkew: .seconds(60))
        let rotate = RotateKeys(
            schedule: KeySchedule(policy: policy), clock: KeyClock(time: ManualTimeSource()), store: store,
            sealer: KeySealer(key), executor: ImmediateExecutor(),
            makeKey: { try KeyMaterial.generate($0, bits: 2_048) })
        for attempt in [{ _ = try await rotate.step() }, { _ = try await rotate.generate() }] {
            let error = try #require(await #expect(throws: OperatorError.self) { try await attempt() })
            guard case .damaged(let line) = error else {
                Issue.record("not a damaged row: \(error)")
                continue
            }
            #expect(line.hasPrefix(place) && !line.contains("\n"))
        }
        #expect(try await store.database.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM keys") } == 1)
    }

    @Test(
        "are named in the other tables too",
        arguments: [
            ("UPDATE users SET password_hash = x'00'", "users.password_hash of the row 1"),
            ("UPDATE key_propagation SET known = 'many'", #"key_propagation.known of the row "one""#),
        ])
    func others(_ sql: String, _ place: String) async throws {
        let propagation = NodePropagation(
            node: "one", propagation: KeyPropagation(newest: KeyID(1), known: 1, aware: 1), recordedAt: Sample.now)
        try await store.write { transaction in
            try transaction.insert(try Sample.user("alice"))
            try transaction.record(propagation)
        }
        try await damage(sql)
        let error = try #require(
            await #expect(throws: OperatorError.self) {
                try await store.read { transaction in
                    _ = try transaction.user(named: ["alice"])
                    _ = try transaction.keyPropagation()
                }
            })
        #expect(error.description.hasPrefix(place))
    }

    /// As another program, or a newer server, might write.
    private func damage(_ sql: String) async throws {
        try await store.database.write { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: sql)
        }
    }
}
