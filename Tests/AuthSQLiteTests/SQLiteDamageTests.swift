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
            ("UPDATE keys SET exp = 253402300800", "keys.exp of the row 1"),
            ("UPDATE key_states SET activates_at = 9007199254740992", "key_states.activates_at of the row 1"),
            ("UPDATE key_encryption_keys SET salt = 'text'", "key_encryption_keys.salt of the row"),
            ("UPDATE key_encryption_keys SET salt = x'00'", "key_encryption_keys.salt of the row"),
            ("UPDATE key_encryption_keys SET check_value = x''", "key_encryption_keys.check_value of the row"),
            ("UPDATE key_encryption_keys SET passes = -1", "key_encryption_keys.passes of the row"),
            ("UPDATE key_encryption_keys SET passes = 4294967295", "key_encryption_keys.passes of the row"),
            ("UPDATE key_encryption_keys SET memory_kib = 4294967295", "key_encryption_keys.memory_kib of the row"),
            ("UPDATE key_encryption_keys SET memory_kib = 0", "key_encryption_keys.memory_kib of the row"),
            ("UPDATE key_encryption_keys SET created_at = 'then'", "key_encryption_keys.created_at of the row"),
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

    @Test("an account's number is named too") func user() async throws {
        try await store.write { transaction in try transaction.insert(try Sample.user("alice")) }
        try await damage("UPDATE users SET id = 9223372036854775807")
        let error = try #require(
            await #expect(throws: OperatorError.self) {
                try await store.read { transaction in try transaction.user(named: ["alice"]) }
            })
        #expect(error.description.hasPrefix("users.id of the row 9223372036854775807: "))
    }

    @Test("a hash that is no text is one that no password opens", arguments: ["x'00'", "zeroblob(0)"])
    func hash(_ value: String) async throws {
        try await store.write { transaction in try transaction.insert(try Sample.user("alice")) }
        try await damage("UPDATE users SET password_hash = \(value)")
        let user = try await store.read { transaction in try transaction.user(named: ["alice"]) }
        #expect(user?.id == 1)
        #expect(user?.passwordHash == PasswordHash(phcString: ""))
    }

    @Test("evidence that cannot be read is left out, and the other nodes' counts", arguments: ["known", "recorded_at"])
    func evidence(_ column: String) async throws {
        let records = ["one", "two"].map { node in
            NodePropagation(
                node: node, propagation: KeyPropagation(newest: KeyID(1), known: 1, aware: 1), recordedAt: Sample.now)
        }
        try await store.write { transaction in for record in records { try transaction.record(record) } }
        try await damage("UPDATE key_propagation SET \(column) = 'many' WHERE node = 'one'")
        #expect(try await store.read { transaction in try transaction.keyPropagation() } == [records[1]])
    }

    /// As another program, or a newer server, might write.
    private func damage(_ sql: String) async throws {
        try await store.database.write { db in
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: sql)
        }
    }
}
