import AuthCore
import AuthSQLite
import AuthTestSupport
import GRDB
import Testing

@Suite("Ids that are used up") struct UsedUpIDsTests {
    @Test("are named with table and remedy, by a look and by whoever needs one", arguments: ["users", "auth_logs"])
    func told(table: String) async throws {
        let store = try SQLiteStore.inMemory()
        try await store.ping()
        try await store.database.write { db in
            try db.execute(
                sql: table == "users"
                    ? "INSERT INTO users (id, username, password_hash) VALUES (\(Int64.max), 'last', 'x')"
                    : "INSERT INTO auth_logs (id, request_ip) VALUES (\(Int64.max), '::1')")
        }
        let reason =
            "the table \(table) has no id left after 9223372036854775807: give the row with this id a smaller one, and"
            + " set seq of \(table) in sqlite_sequence to the largest that is there then"
        await #expect(throws: AuthError.unavailable(reason)) { try await store.ping() }
        let user = try Sample.user("alice")
        await #expect(throws: AuthError.unavailable(reason)) {
            try await store.write { transaction in
                if table == "users" {
                    try transaction.insert(user)
                } else {
                    try transaction.append(
                        AuthLogEntry(clientAddress: "::1", moment: Sample.now, userID: nil))
                }
            }
        }
        // The remedy.
        try await store.database.write { db in
            try db.execute(sql: "UPDATE \(table) SET id = 1")
            try db.execute(sql: "UPDATE sqlite_sequence SET seq = 1 WHERE name = ?", arguments: [table])
        }
        try await store.ping()
        try await store.write { transaction in try transaction.insert(user) }
    }
}
