import AuthCore
import AuthSQLite
import AuthTestSupport
import GRDB
import Testing

/// A row of sessions and grants that cannot be read is a line for the operator, opens nothing, and keeps nobody from ending
/// the rest.
@Suite("SQLiteStore: damaged sessions and grants") struct SQLiteAccessDamageTests {
    private static let hash = AuthorizationCode.hash(of: "secret")
    private static let now = Sample.now + .seconds(1)
    private let store: SQLiteStore
    private let grant = Sample.grant()

    init() async throws {
        store = try SQLiteStore.inMemory()
        try await store.write { [grant] transaction in
            try transaction.insert(try Sample.user("alice"))
            _ = try transaction.insert(try Sample.client("app"), secret: nil)
            try transaction.add(
                Consent(user: 1, client: Sample.app, resource: nil, scopes: [.openID], givenAt: Sample.now))
            try transaction.insert(grant)
            _ = try transaction.startRefreshing(grant.id, at: Sample.now, idleUntil: Sample.now + .seconds(600))
            try transaction.insert(
                AuthorizationCode(
                    hash: Self.hash, grant: grant.id, redirectURI: "u", challenge: nil, nonce: "n",
                    expiresAt: Sample.now + .seconds(60)))
            try transaction.insert(Sample.session("sid"), hash: Self.hash, idleUntil: Sample.now + .seconds(600))
            try transaction.insert(
                Flow(hash: Self.hash, browser: Self.hash, request: "{}", expiresAt: Sample.now + .seconds(600)))
        }
    }

    /// Columns whose damage is told. What else is damaged is another row, which nobody finds.
    private static let told: [String: [String]] = [
        "sessions": [
            "id", "user_id", "authenticated_at", "address", "user_agent", "created_at", "seen_at", "expires_at",
            "idle_until",
        ],
        "consents": ["client_id", "scopes", "given_at"],
        "flows": ["request", "expires_at", "claim"],
        "grants": [
            "user_id", "client_id", "session_id", "scopes", "resources", "authenticated_at", "is_offline", "created_at",
            "expires_at",
        ],
        "authorization_codes": ["nonce", "expires_at"],
    ]

    @Test("are named, and refused", arguments: told.keys.sorted())
    func named(table: String) async throws {
        for column in Self.told[table] ?? [] {
            try await damage(table, column) {
                let error = await #expect(throws: OperatorError.self, "\(table).\(column)") {
                    _ = try await read(table)
                }
                guard case .damaged(let line) = error else {
                    Issue.record("\(table).\(column): \(String(describing: error))")
                    return
                }
                #expect(line.hasPrefix("\(table).\(column) of the row ") && !line.contains("\n"), "\(line)")
            }
        }
        // Undone, everything is read.
        #expect(try await read(table))
    }

    @Test(
        "an idle end that nobody wrote lets nobody in", arguments: ["'x'", "zeroblob(2)", "9223372036854775807", "1.5"])
    func idle(value: String) async throws {
        try await damage("grants", "idle_until", value) { [grant] in
            let (found, shown) = try await store.read { transaction in
                (
                    try transaction.grant(of: RefreshToken(grant: grant.id, generation: 0), at: Self.now),
                    try transaction.accesses(of: 1, at: Self.now)
                )
            }
            #expect(found == nil && shown.isEmpty)
            #expect(try await present(0) == .refused)
        }
        #expect(try await present(0) == .refreshed(grant, generation: 1))
    }

    @Test(
        "a token that is used again ends its grant where nobody can tell how old it is",
        arguments: ["generation", "rotated_at"], ["'x'", "zeroblob(2)", "9223372036854775807"])
    func reused(column: String, value: String) async throws {
        #expect(try await present(0) == .refreshed(grant, generation: 1))
        try await damage("grants", column, value) {
            let outcome = try await present(0)
            guard case .reused(grant, let reuse) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(reuse == nil)
            #expect(try await present(1) == .refused)
        }
    }

    private func present(_ generation: Int64) async throws -> RefreshPresentation.Outcome {
        try await store.write { [grant] transaction in
            try transaction.present(
                RefreshPresentation(
                    grant: grant.id, generation: generation, client: grant.client, rotates: true, policy: .init()),
                at: Self.now)
        }
    }

    @Test("keep nobody from ending all there is", arguments: ["sessions", "grants"])
    func ended(table: String) async throws {
        let columns = try await store.database.read { db in try db.columns(in: table).map(\.name) }
        let ends = SignOutEverywhere(store: store, time: ManualTimeSource(), by: .server)
        // Who it is of cannot be told any more.
        for column in columns where !["user_id", "ended_at"].contains(column) {
            try await damage(table, column) {
                let ended = try await ends(1)
                #expect(ended == .init(sessions: 1, grants: 1), "\(table).\(column)")
            }
        }
    }

    /// Reads the row of a table as a use case does; true where it is there.
    private func read(_ table: String) async throws -> Bool {
        try await store.write { [grant] transaction in
            switch table {
            case "consents": return try !transaction.consents(of: 1).isEmpty
            case "sessions": return try transaction.session(Self.hash, at: Self.now) != nil
            case "flows": return try transaction.flow(Self.hash, browser: Self.hash, at: Self.now) != nil
            case "grants":
                let token = RefreshPresentation(
                    grant: grant.id, generation: 0, client: grant.client, rotates: false, policy: .init())
                // An access token's client is not asked for; a refresh token's has to fit.
                let found = try transaction.grant(grant.id, at: Self.now)
                return try transaction.present(token, at: Self.now) != .refused && found != nil
            default:
                let code = CodeRedemption(hash: Self.hash, client: grant.client, redirectURI: "u", challenge: nil)
                return try transaction.redeem(code, at: Self.now) != .refused
            }
        }
    }

    /// Does something while one column of the one row of a table holds another value, and undoes all of it.
    private func damage(
        _ table: String, _ column: String, _ value: String = "zeroblob(2)", _ body: () async throws -> Void
    ) async throws {
        let whole = try await rows()
        try await store.database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: "UPDATE \(table) SET \(column) = \(value)")
        }
        try await body()
        try await store.database.writeWithoutTransaction { db in
            for (table, row) in whole {
                let places = Array(repeating: "?", count: row.count).joined(separator: ", ")
                try db.execute(sql: "DELETE FROM \(table)")
                try db.execute(
                    sql: "INSERT INTO \(table) VALUES (\(places))", arguments: StatementArguments(row))
            }
            try db.execute(sql: "PRAGMA foreign_keys = ON")
        }
    }

    private func rows() async throws -> [(String, [DatabaseValue])] {
        try await store.database.read { db in
            try ["consents", "grants", "authorization_codes", "sessions", "flows"].map { table in
                (table, Array(try Row.fetchOne(db, sql: "SELECT * FROM \(table)") ?? Row()).map(\.1))
            }
        }
    }
}
