// Statements owns the SQL of each slice of the port, one file each. It must not ask which database it is: what differs
// is a fragment of Dialect.

import AuthCore

extension SQLStatement {
    /// - Parameter algorithm: what says the algorithm.
    private static func selectKeys(algorithm: String) -> SQLStatement {
        SQLStatement(
            """
            SELECT kid, key, exp, state, \(algorithm), published_at, activates_at, retired_at, signed_until
            FROM keys LEFT JOIN key_states USING (kid) ORDER BY kid
            """)
    }

    fileprivate static let selectKeys = selectKeys(algorithm: "algorithm")
    /// Of a database in which every key is one of RS256.
    static let selectKeysWithoutAlgorithm = selectKeys(algorithm: "'RS256'")
    /// Of a file of the original, which knew no states.
    static let selectOriginalKeys = SQLStatement("SELECT kid, key, exp, NULL FROM keys ORDER BY kid")

    fileprivate static let nextKeyID = SQLStatement { dialect in
        "SELECT \(dialect.greatest)(\(dialect.lastKeyID), coalesce((SELECT max(kid) FROM keys), 0)) + 1"
    }
    fileprivate static let insertKey = SQLStatement("INSERT INTO keys (kid, key, exp) VALUES (?, ?, ?)")
    fileprivate static let noteKeyID = SQLStatement { dialect in dialect.noteKeyID }
    fileprivate static let updateKey = SQLStatement("UPDATE keys SET key = ?, exp = ? WHERE kid = ?")
    fileprivate static let deleteKey = SQLStatement("DELETE FROM keys WHERE kid = ?")
    fileprivate static let writeKeyState = SQLStatement(
        """
        INSERT INTO key_states (kid, state, algorithm, published_at, activates_at, retired_at, signed_until)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (kid) DO UPDATE SET state = excluded.state, algorithm = excluded.algorithm,
            published_at = excluded.published_at, activates_at = excluded.activates_at,
            retired_at = excluded.retired_at, signed_until = excluded.signed_until
        """)
    fileprivate static let deleteKeyState = SQLStatement("DELETE FROM key_states WHERE kid = ?")
    fileprivate static let deleteSightsOfKey = SQLStatement("DELETE FROM key_sights WHERE kid = ?")
    fileprivate static let selectStatesWithoutKey = SQLStatement(
        "SELECT kid FROM key_states WHERE kid NOT IN (SELECT kid FROM keys) ORDER BY kid")
    /// Waits for a decider that holds the row, and then looks at the state again: a retired key reserves nothing.
    fileprivate static let reserveSigning = SQLStatement { dialect in
        """
        UPDATE key_states SET signed_until = \(dialect.greatest)(coalesce(signed_until, 0), ?)
        WHERE kid = ? AND state = 'active'
        """
    }
    fileprivate static let postponeWithdrawal = SQLStatement { dialect in
        "UPDATE keys SET exp = \(dialect.greatest)(exp, ?) WHERE kid = ?"
    }
}

extension SQLTransaction: KeyWrites {
    func keys() throws -> [StoredKey] {
        try driver.lock(.keys)
        return try keys(.selectKeys)
    }

    /// As whichever statement finds them.
    func keys(_ statement: SQLStatement) throws -> [StoredKey] {
        try driver.fetch(statement).map { row in
            let id = KeyID(try row.integer(0, "keys.kid"))
            let exp = try row.unixSeconds(2, "keys.exp")
            return StoredKey(
                id: id, sealed: try row.bytesOrText(1, "keys.key"), exp: exp,
                lifecycle: row.isNull(3) ? nil : try lifecycle(row, id, exp))
        }
    }

    private func lifecycle(_ row: SQLRow, _ id: KeyID, _ exp: Int64) throws -> KeyLifecycle {
        KeyLifecycle(
            id: id, algorithm: try row.word(4, "key_states.algorithm"), state: try row.word(3, "key_states.state"),
            publishedAt: try row.moment(5, "key_states.published_at"),
            activatesAt: try row.moment(6, "key_states.activates_at"),
            retiredAt: try row.optionalMoment(7, "key_states.retired_at"),
            latestTokenExpiry: try row.optionalMoment(8, "key_states.signed_until"),
            withdrawnAt: Timestamp(seconds: exp))
    }

    func statesWithoutKey() throws -> [KeyID] {
        try driver.fetch(.selectStatesWithoutKey).map { row in KeyID(try row.integer(0, "key_states.kid")) }
    }

    func nextKeyID() throws -> KeyID {
        try driver.lock(.keys)
        guard let row = try driver.fetch(.nextKeyID).first else { throw AuthError.unavailable("there is no next kid") }
        return KeyID(try row.integer(0, "keys.kid"))
    }

    func insert(_ key: StoredKey) throws {
        try driver.lock(.keys)
        try driver.run(.insertKey, .integer(key.id.number), .bytes(key.sealed), .integer(key.exp))
        try driver.run(.noteKeyID, .integer(key.id.number))
        try writeState(of: key)
    }

    func update(_ key: StoredKey) throws {
        try driver.lock(.keys)
        driver.noteErasure()
        try driver.run(.updateKey, .bytes(key.sealed), .integer(key.exp), .integer(key.id.number))
        try writeState(of: key)
    }

    private func writeState(of key: StoredKey) throws {
        guard let lifecycle = key.lifecycle else {
            return try driver.run(.deleteKeyState, .integer(key.id.number))
        }
        try driver.run(
            .writeKeyState, .integer(key.id.number), .text(lifecycle.state.rawValue),
            .text(lifecycle.algorithm.rawValue), .milliseconds(lifecycle.publishedAt),
            .milliseconds(lifecycle.activatesAt), .optional(lifecycle.retiredAt),
            .optional(lifecycle.latestTokenExpiry))
    }

    func deleteKey(_ id: KeyID) throws {
        try driver.lock(.keys)
        driver.noteErasure()
        // Of their own: where somebody else deleted the key, no cascade reaches its other rows any more.
        try driver.run(.deleteSightsOfKey, .integer(id.number))
        try driver.run(.deleteKeyState, .integer(id.number))
        try driver.run(.deleteKey, .integer(id.number))
    }

    func reserveSigning(under id: KeyID, until moment: Timestamp, withdrawnAt: Timestamp) throws -> Bool {
        let isActive = try driver.change(.reserveSigning, .milliseconds(moment), .integer(id.number)) == 1
        if isActive {
            try driver.run(.postponeWithdrawal, .integer(withdrawnAt.secondsRoundedUp), .integer(id.number))
        }
        return isActive
    }
}
