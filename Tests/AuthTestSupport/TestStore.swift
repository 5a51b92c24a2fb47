package import AuthCore
import AuthSQLite
import GRDB
import Synchronization

/// The store of most tests: SQLite in memory behind a ``FailingStore``, with a look at what the port does not show.
package final class TestStore: Store {
    private let sqlite: SQLiteStore
    private let failing: FailingStore
    private let begun = Atomic(0)

    /// An empty store.
    /// - Parameter runsBodiesTwice: see ``FailingStore``; false where a test makes too many units of work for that.
    package init(runsBodiesTwice: Bool = true) {
        do {
            sqlite = try SQLiteStore.inMemory()
            failing = FailingStore(sqlite, runsBodiesTwice: runsBodiesTwice)
            try sqlite.database.write { db in try db.execute(sql: Self.reservationCounter) }
        } catch {
            fatalError("SQLite in memory does not open: \(error)")
        }
    }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        try await failing.read(body)
    }

    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        carriedOut: @escaping @Sendable (Result) -> Void
    ) async throws -> Result {
        begun.add(1, ordering: .relaxed)
        return try await failing.write(body, carriedOut: carriedOut)
    }

    package func ping() async throws { try await failing.ping() }

    /// Makes every call throw `failure` from now on; nil ends the outage.
    package func fail(with failure: (any Error)?) { failing.fail(with: failure) }

    /// Units of work that wanted the writer so far, whatever came of them.
    package var writes: Int { begun.load(ordering: .relaxed) }

    /// The audit log, oldest first, to the second.
    package var authLog: [AuthLogEntry] {
        rows("SELECT request_ip, unixepoch(request_timestamp), user_id FROM auth_logs ORDER BY id") { row in
            AuthLogEntry(clientAddress: row[0], moment: Timestamp(seconds: row[1]), userID: row[2])
        }
    }

    /// The log of everything that was done and tried, oldest first.
    package var auditLog: [AuditRecord] {
        do {
            return try sqlite.readNow { transaction in
                try transaction.auditRecords(AuditFilter(), after: 0, through: .max, limit: .max)
            }
        } catch {
            fatalError("the audit log cannot be read: \(error)")
        }
    }

    /// When the account last logged in, to the second; nil for never.
    package func lastLogin(of user: UserID) -> Timestamp? {
        rows("SELECT unixepoch(last_login) FROM users WHERE id = \(user)") { row in
            (row[0] as Int64?).map(Timestamp.init(seconds:))
        }.first ?? nil
    }

    /// How many transactions that committed reserved signatures: what a login within the reservation saves.
    package var signingExtensions: Int { rows("SELECT count FROM reservations") { row in row[0] as Int }.first ?? 0 }

    /// What is in the store about keys.
    package var keyStoreContents: KeyStoreContents {
        do {
            return try sqlite.readNow { transaction in try transaction.keyStoreContents() }
        } catch {
            fatalError("the keys cannot be read: \(error)")
        }
    }

    /// How many rows a table has.
    package func count(_ table: String) -> Int {
        rows("SELECT count(*) FROM \(table)") { row in row[0] as Int }.first ?? 0
    }

    /// Deletes rows as a program does that minds no REFERENCES.
    package func delete(from table: String, kid: Int64) throws {
        try sqlite.database.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA foreign_keys = OFF; DELETE FROM \(table) WHERE kid = \(kid)")
            try db.execute(sql: "PRAGMA foreign_keys = ON")
        }
    }

    /// Carries out a statement as another program would.
    package func execute(_ sql: String) throws { try sqlite.database.write { db in try db.execute(sql: sql) } }

    /// A reservation sets `signed_until` alone; whoever writes a key sets `state` too, and counts for nothing.
    private static let reservationCounter = """
        CREATE TABLE reservations(count INTEGER NOT NULL);
        INSERT INTO reservations VALUES (0);
        CREATE TRIGGER reservation AFTER UPDATE OF signed_until ON key_states
            BEGIN UPDATE reservations SET count = count + 1; END;
        CREATE TRIGGER no_reservation AFTER UPDATE OF state ON key_states
            BEGIN UPDATE reservations SET count = count - 1; END;
        """

    private func rows<Value>(_ sql: String, _ value: (Row) -> Value) -> [Value] {
        do {
            return try sqlite.database.read { db in try Row.fetchAll(db, sql: sql).map(value) }
        } catch {
            fatalError("\(sql): \(error)")
        }
    }
}
