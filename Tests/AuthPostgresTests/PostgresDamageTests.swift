import AuthCore
import AuthPostgres
import AuthTestSupport
import Testing

@Suite("PostgresStore: damaged rows", .enabled(if: TestPostgres.isThere, TestPostgres.missing))
struct PostgresDamageTests {
    @Test(
        "are named, and never read as something else",
        arguments: [
            ("UPDATE key_states SET state = 'archived'", "key_states.state of the row 1"),
            ("UPDATE key_states SET algorithm = 'PS256'", "key_states.algorithm of the row 1"),
            ("UPDATE keys SET exp = 9223372036854775807", "keys.exp of the row 1"),
            ("UPDATE key_encryption_keys SET id = 'x'", #"key_encryption_keys.id of the row "x""#),
        ])
    func keys(_ sql: String, _ place: String) async throws {
        let schema = try TemporarySchema()
        let store = try PostgresStore(try schema.address)
        defer { store.close() }
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, .active))
            try transaction.insert(Sample.keyEncryptionKey(1))
        }
        // As a newer server might have changed it.
        try schema.sql("ALTER TABLE key_states DROP CONSTRAINT key_states_state_check; " + sql)
        let error = try #require(
            await #expect(throws: OperatorError.self) {
                try await store.read { transaction in try transaction.keyStoreContents() }
            })
        #expect(error.description.hasPrefix(place))
        await #expect(throws: error) {
            try await store.write { transaction in _ = try transaction.keyStoreContents() }
        }
        // The connection is as good as before.
        try await store.ping()
        #expect(try await store.read { transaction in try transaction.user(named: ["alice"]) } == nil)
    }

    @Test(
        "so are those of clients, resources, sessions, flows and grants",
        arguments: [
            ("clients", "kind", "'robot'"), ("clients", "consent", "'x'"), ("clients", "grants", "'openid x'"),
            ("clients", "secret_place", "'url'"), ("clients", "created_at", most), ("clients", "disabled_at", most),
            ("resources", "token_typ", "'x'"), ("resources", "lifetime", "0"), ("resources", "created_at", most),
            ("sessions", "authenticated_at", most), ("sessions", "seen_at", most), ("sessions", "idle_until", most),
            ("sessions", "expires_at", most), ("flows", "expires_at", most), ("flows", "done_at", most),
            ("flows", "claim", "'\\x00'"), ("grants", "is_offline", most), ("grants", "created_at", most),
            ("grants", "authenticated_at", most), ("grants", "expires_at", most),
        ])
    func access(_ table: String, _ column: String, _ value: String) async throws {
        let schema = try TemporarySchema()
        let store = try PostgresStore(try schema.address)
        defer { store.close() }
        let (grant, hash) = (Sample.grant(), [UInt8](repeating: 7, count: 32))
        let session = Sample.session("sid")
        try await store.write { transaction in
            try transaction.insert(try Sample.user("alice"))
            _ = try transaction.insert(Sample.resource("urn:a"))
            _ = try transaction.insert(try Sample.client(grant.client.text, resources: ["urn:a"]), secret: nil)
            try transaction.insert(grant)
            try transaction.insert(session, hash: hash, idleUntil: session.expiresAt)
            try transaction.insert(
                Flow(hash: hash, browser: hash, request: "{}", expiresAt: Sample.now + .seconds(600)))
        }
        let id = grant.client
        func found() async throws -> [Bool] {
            try await store.read { transaction in
                [
                    try transaction.client(id) != nil, try transaction.resources().count == 1,
                    try transaction.session(hash, at: Sample.now) != nil,
                    try transaction.flow(hash, browser: hash, at: Sample.now) != nil,
                    try transaction.grant(grant.id, at: Sample.now) != nil,
                ]
            }
        }
        #expect(try await found() == Array(repeating: true, count: 5))
        try schema.sql("UPDATE \(table) SET \(column) = \(value)")
        let error = await #expect(throws: OperatorError.self) { _ = try await found() }
        #expect(error?.description.hasPrefix("\(table).\(column) of the row ") == true, "\(String(describing: error))")
        try await store.ping()
    }

    @Test(
        "a refresh token whose times nobody wrote so is refused, or ends its grant",
        arguments: ["idle_until", "rotated_at", "generation"])
    func refreshing(_ column: String) async throws {
        let schema = try TemporarySchema()
        let store = try PostgresStore(try schema.address)
        defer { store.close() }
        let (grant, now) = (Sample.grant(), Sample.now)
        try await store.write { transaction in
            try transaction.insert(try Sample.user("alice"))
            try transaction.insert(grant)
            _ = try transaction.startRefreshing(grant.id, at: now, idleUntil: now + .seconds(600))
        }
        func present() async throws -> RefreshPresentation.Outcome {
            try await store.write { transaction in
                try transaction.present(
                    RefreshPresentation(
                        grant: grant.id, generation: 0, client: grant.client, rotates: true, policy: .init()), at: now)
            }
        }
        #expect(try await present() == .refreshed(grant, generation: 1))
        #expect(try await present() == .refreshed(grant, generation: 1), "an answer that was lost")
        try schema.sql("UPDATE grants SET \(column) = \(Self.most)")
        #expect(try await present() == (column == "idle_until" ? .refused : .reused(grant, nil)))
        try await store.ping()
    }

    /// What a column of whole numbers takes, and no moment is.
    private static let most = "9223372036854775807"
}
