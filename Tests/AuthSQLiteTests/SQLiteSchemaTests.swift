import AuthCore
import AuthSQLite
import AuthTestSupport
import Foundation
import GRDB
import Testing

/// Other programs read these tables with `SELECT *`, and the keys' INSERT as text.
@Suite("SQLiteStore: tables") struct SQLiteSchemaTests {
    private let directory: TemporaryDirectory
    private let store: SQLiteStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try SQLiteStore(path: directory.database)
    }

    struct Column: Equatable, Sendable {
        let name: String
        let type: String
        var isRequired = false
        var defaultValue: String?
        var isPrimaryKey = false

        static let id = Column(name: "id", type: "INTEGER", isPrimaryKey: true)
        static let now = "CURRENT_TIMESTAMP"
    }

    @Test(
        "have exactly the columns of the contract",
        arguments: [
            (
                "users",
                [
                    .id, Column(name: "username", type: "TEXT", isRequired: true),
                    Column(name: "password_hash", type: "TEXT", isRequired: true), Column(name: "email", type: "TEXT"),
                    Column(name: "date_registered", type: "TIMESTAMP", defaultValue: Column.now),
                    Column(name: "last_login", type: "TIMESTAMP"),
                ]
            ),
            (
                "keys",
                [
                    Column(name: "kid", type: "INTEGER", isPrimaryKey: true),
                    Column(name: "key", type: "BLOB", isRequired: true),
                    Column(name: "exp", type: "INTEGER", isRequired: true),
                ]
            ),
            (
                "auth_logs",
                [
                    .id, Column(name: "request_ip", type: "TEXT", isRequired: true),
                    Column(name: "request_timestamp", type: "TIMESTAMP", defaultValue: Column.now),
                    Column(name: "user_id", type: "INTEGER"),
                ]
            ),
        ] as [(String, [Column])])
    func columns(_ table: String, _ expected: [Column]) throws {
        let columns = try rows("PRAGMA table_info(\(table))").map { row in
            Column(
                name: row["name"], type: row["type"], isRequired: row["notnull"], defaultValue: row["dflt_value"],
                isPrimaryKey: row["pk"])
        }
        #expect(columns == expected)
        let sql: String = try #require(rows("SELECT sql FROM sqlite_master WHERE name = '\(table)'").first)[0]
        #expect(sql.contains("PRIMARY KEY AUTOINCREMENT"))
    }

    @Test("hold names and addresses unique, and audit rows to accounts") func constraints() throws {
        let unique = try rows("PRAGMA index_list(users)").filter { $0["unique"] }.map { $0["name"] as String }
        let columns = try unique.map { try rows("PRAGMA index_info(\($0))").map { $0["name"] as String } }
        #expect(Set(columns) == [["username"], ["email"]])
        let reference = try #require(rows("PRAGMA foreign_key_list(auth_logs)").first)
        let ends: [String] = ["table", "from", "to"].map { reference[$0] }
        #expect(ends == ["users", "user_id", "id"])
    }

    @Test("hold timestamps as text in UTC, and NULL where nothing happened") func timestamps() async throws {
        let user = try Sample.user("alice", email: "alice@example.com")
        let bob = try Sample.user("bob")
        let login = Timestamp(milliseconds: 1_800_000_061_999)
        try await store.write { transaction in
            try transaction.insert(user)
            try transaction.insert(bob)
            _ = try transaction.recordLogin(of: 1, at: login)
            try transaction.append(AuthLogEntry(clientAddress: "2001:db8::1", moment: login, userID: 1))
            try transaction.append(AuthLogEntry(clientAddress: "192.0.2.1", moment: Sample.now, userID: nil))
        }
        let users = try rows("SELECT * FROM users").map(\.description)
        #expect(
            users == [
                #"[id:1 username:"alice" password_hash:"$fake$p=current$password of alice" email:"alice@example.com" "#
                    + #"date_registered:"2027-01-15 08:00:00" last_login:"2027-01-15 08:01:01"]"#,
                #"[id:2 username:"bob" password_hash:"$fake$p=current$password of bob" email:NULL "#
                    + #"date_registered:"2027-01-15 08:00:00" last_login:NULL]"#,
            ])
        let log = try rows("SELECT * FROM auth_logs").map(\.description)
        #expect(
            log == [
                #"[id:1 request_ip:"2001:db8::1" request_timestamp:"2027-01-15 08:01:01" user_id:1]"#,
                #"[id:2 request_ip:"192.0.2.1" request_timestamp:"2027-01-15 08:00:00" user_id:NULL]"#,
            ])
    }

    @Test("hold a key as a blob, and its exp in whole seconds") func keys() async throws {
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, .active, withdrawnAt: Timestamp(milliseconds: 1_800_000_000_001)))
        }
        let row = try #require(
            try rows("SELECT kid, hex(key) AS key, exp, typeof(key) AS key_type, typeof(exp) AS exp_type FROM keys")
                .first)
        #expect(row.description == #"[kid:1 key:"01" exp:1800000001 key_type:"blob" exp_type:"integer"]"#)
    }

    @Test("get their keys by one parameterised INSERT, on one line of one source file") func insertText() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sources").standardized
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        let lines = try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        }
        let inserts = lines.filter { $0.contains("INTO keys ") }
        #expect(inserts.count == 1)
        #expect(inserts.first?.contains("INSERT INTO keys (kid, key, exp) VALUES (?, ?, ?)") == true)
    }

    private func rows(_ sql: String) throws -> [Row] {
        try DatabaseQueue(path: directory.database).read { db in try Row.fetchAll(db, sql: sql) }
    }
}
