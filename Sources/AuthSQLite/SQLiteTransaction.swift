import AuthCore
import Foundation
import GRDB

/// One unit of work on a GRDB connection: every statement the server has, parameters always bound.
struct SQLiteTransaction {
    let db: Database
    /// Told when something secret was overwritten.
    var traces: SecretErasure?
}

/// Remembers that the write-ahead log holds what a key's row used to hold.
final class SecretErasure {
    var isRequired = false
}

extension SQLiteTransaction: ReadTransaction {
    func user(named spellings: [String]) throws -> User? {
        let statement = try db.cachedStatement(
            sql: "SELECT id, username, password_hash FROM users WHERE username = ?")
        // SQLite would read the name only as far as a NUL, and find somebody else.
        for spelling in spellings where !spelling.utf8.contains(0) {
            if let row = try Row.fetchOne(statement, arguments: [spelling]) {
                return User(id: row[0], username: row[1], passwordHash: PasswordHash(phcString: row[2]))
            }
        }
        return nil
    }

    func keys() throws -> [StoredKey] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT kid, key, exp, state, published_at, activates_at, retired_at, signed_until
                FROM keys LEFT JOIN key_states USING (kid) ORDER BY kid
                """)
        return try Row.fetchAll(statement).map { row in
            var key = Self.originalKey(row)
            if let state = (row["state"] as String?).flatMap(KeyState.init(rawValue:)) {
                key.record = KeyLifecycle(
                    id: key.id, state: state, publishedAt: Timestamp(milliseconds: row["published_at"]),
                    activatesAt: Timestamp(milliseconds: row["activates_at"]),
                    retiredAt: (row["retired_at"] as Int64?).map(Timestamp.init(milliseconds:)),
                    latestTokenExpiry: (row["signed_until"] as Int64?).map(Timestamp.init(milliseconds:)),
                    withdrawnAt: Timestamp(seconds: key.exp))
            }
            return key
        }
    }

    func keyEncryptionKeys() throws -> [KeyEncryptionKeyRecord] {
        let sql = """
            SELECT id, salt, memory_kib, passes, check_value, created_at, handover
            FROM key_encryption_keys ORDER BY created_at, rowid
            """
        return try Row.fetchAll(try db.cachedStatement(sql: sql)).map { row in
            KeyEncryptionKeyRecord(
                id: KeyEncryptionKeyID(UInt64(row["id"] as String, radix: 16) ?? 0), salt: Array(row["salt"] as Data),
                memoryKiB: row["memory_kib"], passes: row["passes"], checkValue: Array(row["check_value"] as Data),
                createdAt: Timestamp(milliseconds: row["created_at"]),
                handover: (row["handover"] as Data?).map { Array($0) })
        }
    }

    func successfulLogins(from start: Timestamp, to end: Timestamp) throws -> Int {
        // Newest first and no further than `start`: the log may hold millions of rows, and no index on the time.
        let cursor = try Row.fetchCursor(
            try db.cachedStatement(sql: "SELECT request_timestamp, user_id FROM auth_logs ORDER BY id DESC"))
        let (first, last) = (utcText(start), utcText(end))
        var count = 0
        while let row = try cursor.next() {
            let moment: String = row[0]
            if moment < first { break }
            if moment <= last, !row.hasNull(atIndex: 1) { count += 1 }
        }
        return count
    }

    func keyPropagation() throws -> KeyPropagation? {
        try Row.fetchOne(try db.cachedStatement(sql: "SELECT kid, known, aware FROM verifier_readiness")).map { row in
            KeyPropagation(newest: KeyID(row[0]), known: row[1], aware: row[2])
        }
    }

    /// The keys of a file that has no states yet. The original wrote the key as text into a column of type BLOB.
    static func originalKeys(_ db: Database) throws -> [StoredKey] {
        try Row.fetchAll(db, sql: "SELECT kid, key, exp FROM keys ORDER BY kid").map(originalKey)
    }

    private static func originalKey(_ row: Row) -> StoredKey {
        StoredKey(id: KeyID(row["kid"]), sealed: Array(row["key"] as Data), exp: row["exp"], record: nil)
    }
}

extension SQLiteTransaction: WriteTransaction {
    func insert(_ user: NewUser) throws {
        do {
            try run(
                "INSERT INTO users (username, password_hash, email, date_registered) VALUES (?, ?, ?, ?)",
                user.username.text, user.passwordHash.phcString, user.email?.text, utcText(user.registeredAt))
        } catch let error as DatabaseError where error.extendedResultCode == .SQLITE_CONSTRAINT_UNIQUE {
            throw error.message?.contains("users.email") == true ? AuthError.emailTaken : AuthError.usernameTaken
        }
    }

    func recordLogin(of user: UserID, at moment: Timestamp) throws {
        try run("UPDATE users SET last_login = ? WHERE id = ?", utcText(moment), user)
    }

    func replacePasswordHash(of user: UserID, from old: PasswordHash, to new: PasswordHash) throws -> Bool {
        try run(
            "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?", new.phcString, user, old.phcString)
        return db.changesCount == 1
    }

    func append(_ entry: AuthLogEntry) throws {
        try run(
            "INSERT INTO auth_logs (request_ip, request_timestamp, user_id) VALUES (?, ?, ?)", entry.clientAddress,
            utcText(entry.moment), entry.userID)
    }

    func nextKeyID() throws -> KeyID {
        let sql =
            "SELECT max(ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'keys'), 0), ifnull(max(kid), 0)) FROM keys"
        return KeyID((try Int64.fetchOne(db, sql: sql) ?? 0) + 1)
    }

    func insert(_ key: StoredKey) throws {
        try run("INSERT INTO keys (kid, key, exp) VALUES (?, ?, ?)", key.id.number, Data(key.sealed), key.exp)
        try writeState(of: key)
    }

    func update(_ key: StoredKey) throws {
        traces?.isRequired = true
        try run("UPDATE keys SET key = ?, exp = ? WHERE kid = ?", Data(key.sealed), key.exp, key.id.number)
        try writeState(of: key)
    }

    func deleteKey(_ id: KeyID) throws {
        traces?.isRequired = true
        try run("DELETE FROM keys WHERE kid = ?", id.number)
    }

    func reserveSigning(under id: KeyID, until moment: Timestamp, withdrawnAt: Timestamp) throws -> Bool {
        try run(
            """
            UPDATE key_states SET signed_until = max(ifnull(signed_until, 0), ?) WHERE kid = ? AND state = 'active'
            """, moment.milliseconds, id.number)
        guard db.changesCount == 1 else { return false }
        try run("UPDATE keys SET exp = max(exp, ?) WHERE kid = ?", withdrawnAt.secondsRoundedUp, id.number)
        return true
    }

    func insert(_ key: KeyEncryptionKeyRecord) throws {
        try run(
            """
            INSERT INTO key_encryption_keys (id, salt, memory_kib, passes, check_value, created_at, handover)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """, key.id.description, Data(key.salt), key.memoryKiB, key.passes, Data(key.checkValue),
            key.createdAt.milliseconds, key.handover.map { Data($0) })
    }

    func deleteKeyEncryptionKey(_ id: KeyEncryptionKeyID) throws {
        traces?.isRequired = true
        try run("DELETE FROM key_encryption_keys WHERE id = ?", id.description)
    }

    func record(_ readiness: KeyPropagation) throws {
        try run("DELETE FROM verifier_readiness")
        try run(
            "INSERT INTO verifier_readiness (kid, known, aware) VALUES (?, ?, ?)", readiness.newest.number,
            readiness.known, readiness.aware)
    }

    private func writeState(of key: StoredKey) throws {
        guard let record = key.record else {
            try run("DELETE FROM key_states WHERE kid = ?", key.id.number)
            return
        }
        try run(
            """
            INSERT INTO key_states (kid, state, published_at, activates_at, retired_at, signed_until)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (kid) DO UPDATE SET state = excluded.state, published_at = excluded.published_at,
                activates_at = excluded.activates_at, retired_at = excluded.retired_at,
                signed_until = excluded.signed_until
            """, key.id.number, record.state.rawValue, record.publishedAt.milliseconds,
            record.activatesAt.milliseconds, record.retiredAt?.milliseconds, record.latestTokenExpiry?.milliseconds)
    }

    private func run(_ sql: String, _ values: (any DatabaseValueConvertible)?...) throws {
        try db.cachedStatement(sql: sql).execute(arguments: StatementArguments(values))
    }
}
