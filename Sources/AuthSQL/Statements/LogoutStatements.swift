import AuthCore

extension SQLStatement {
    /// Who is told of the end of which session: to be completed with what says whose.
    private static func tell(_ user: String, from sessions: String, where condition: String) -> SQLStatement {
        SQLStatement(
            """
            INSERT INTO logout_deliveries (session_id, client_id, user_id, created_at, next_at, expires_at)
            SELECT session_clients.session_id, clients.id, \(user), CAST(? AS bigint), CAST(? AS bigint),
                CAST(? AS bigint)
            FROM session_clients JOIN clients ON clients.id = session_clients.client_id \(sessions)
            WHERE clients.backchannel_logout_uri IS NOT NULL AND \(condition)
            ON CONFLICT (session_id, client_id) DO NOTHING
            """)
    }
    private static let ofSessions = "JOIN sessions ON sessions.id = session_clients.session_id"
    fileprivate static let tellOfSession = tell(
        "CAST(? AS bigint)", from: "", where: "session_clients.session_id = ?")
    fileprivate static let tellOfSessions = tell("sessions.user_id", from: ofSessions, where: "sessions.user_id = ?")
    fileprivate static let tellOfAllSessions = tell("sessions.user_id", from: ofSessions, where: "1 = 1")

    fileprivate static let noteClient = SQLStatement(
        """
        INSERT INTO session_clients (session_id, client_id, expires_at) VALUES (?, ?, ?)
        ON CONFLICT (session_id, client_id) DO NOTHING
        """)
    fileprivate static let nextDelivery = SQLStatement(
        "SELECT next_at FROM logout_deliveries WHERE next_at IS NOT NULL ORDER BY next_at LIMIT 1")
    private static let columns = "session_id, client_id, user_id, created_at, attempts, next_at, failure"
    fileprivate static let selectDeliveries = SQLStatement(
        """
        SELECT \(columns) FROM logout_deliveries WHERE (session_id, client_id) > (?, ?)
        ORDER BY session_id, client_id LIMIT ?
        """)
    /// What another server claims at the same time is left to it: nobody waits.
    fileprivate static let claimDeliveries = SQLStatement { dialect in
        """
        UPDATE logout_deliveries SET next_at = ?, attempts = attempts + 1 WHERE (session_id, client_id) IN
            (SELECT session_id, client_id FROM logout_deliveries WHERE next_at <= ?
            ORDER BY next_at LIMIT ? \(dialect.unlessLocked))
        RETURNING \(columns)
        """
    }
    fileprivate static let deleteDelivery = SQLStatement(
        "DELETE FROM logout_deliveries WHERE session_id = ? AND client_id = ?")
    fileprivate static let postponeDelivery = SQLStatement(
        """
        UPDATE logout_deliveries SET next_at = ?, failure = ? WHERE session_id = ? AND client_id = ? AND attempts = ?
        """)
    fileprivate static let selectRetiredKey = SQLStatement(
        "SELECT kid, algorithm, public_key, expires_at FROM retired_public_keys WHERE kid = ? AND expires_at > ?")
    fileprivate static let keepRetiredKey = SQLStatement(
        """
        INSERT INTO retired_public_keys (kid, algorithm, public_key, expires_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (kid) DO NOTHING
        """)
    fileprivate static let forgetRetiredKey = SQLStatement("DELETE FROM retired_public_keys WHERE kid = ?")
    fileprivate static let selectUserOfSession = SQLStatement("SELECT user_id FROM sessions WHERE id = ?")
    fileprivate static let deleteSomeDeliveries = deletion(of: "logout_deliveries", key: "session_id, client_id")
    fileprivate static let deleteSomeSessionClients = deletion(of: "session_clients", key: "session_id, client_id")
    fileprivate static let deleteSomeRetiredKeys = deletion(of: "retired_public_keys", key: "kid")
}

extension SQLTransaction: LogoutWrites {
    func nextLogoutDelivery() throws -> Timestamp? {
        try driver.fetch(.nextDelivery).first.map { row in try row.moment(0, "logout_deliveries.next_at") }
    }

    func logoutDeliveries(after last: LogoutDelivery?, limit: Int) throws -> [LogoutDelivery] {
        try driver.fetch(
            .selectDeliveries, .text(last?.session ?? ""), .text(last?.client.text ?? ""), .integer(Int64(limit))
        ).map { row in try delivery(row) }
    }

    func note(_ client: ClientID, in session: String, until end: Timestamp) throws {
        try driver.run(.noteClient, .text(session), .text(client.text), .milliseconds(end))
    }

    func claimLogoutDeliveries(at moment: Timestamp, until lease: Timestamp, limit: Int) throws -> [LogoutDelivery] {
        let rows = try driver.fetch(
            .claimDeliveries, .milliseconds(lease), .milliseconds(moment), .integer(Int64(limit)))
        // One that cannot be read keeps no other from being delivered: it is left, until it is over.
        return rows.compactMap { row in try? delivery(row) }
    }

    func settle(_ delivery: LogoutDelivery, _ step: LogoutDelivery.Step) throws {
        let key = [SQLValue.text(delivery.session), .text(delivery.client.text)]
        let (next, failure): (Timestamp?, String)
        switch step {
        case .delivered: return try driver.run(.deleteDelivery, values: key)
        case .again(let moment, let words): (next, failure) = (moment, words)
        case .givenUp(let words): (next, failure) = (nil, words)
        }
        try driver.run(
            .postponeDelivery, values: [.optional(next), .text(failure)] + key + [.integer(delivery.attempts)])
    }

    func retiredKey(_ id: KeyID, at moment: Timestamp) throws -> RetiredKey? {
        try driver.fetch(.selectRetiredKey, .integer(id.number), .milliseconds(moment)).first.map { row in
            RetiredKey(
                id: KeyID(try row.integer(0, "retired_public_keys.kid")),
                algorithm: try row.word(1, "retired_public_keys.algorithm"),
                encoded: try row.bytes(2, "retired_public_keys.public_key"),
                expiresAt: try row.moment(3, "retired_public_keys.expires_at"))
        }
    }

    func keep(_ key: RetiredKey) throws {
        try driver.run(
            .keepRetiredKey, .integer(key.id.number), .text(key.algorithm.rawValue), .bytes(key.encoded),
            .milliseconds(key.expiresAt))
    }

    func forgetRetiredKey(_ id: KeyID) throws -> Bool {
        try driver.change(.forgetRetiredKey, .integer(id.number)) == 1
    }

    func user(ofSession id: String) throws -> UserID? {
        try driver.fetch(.selectUserOfSession, .text(id)).first.map { row in
            try row.integer(0, "sessions.user_id")
        }
    }

    func deleteSomeLogouts(overBefore moment: Timestamp) throws -> Int {
        try [.deleteSomeDeliveries, .deleteSomeSessionClients, .deleteSomeRetiredKeys].reduce(0) { count, statement in
            try count + driver.change(statement, .milliseconds(moment))
        }
    }

    /// Writes what the clients of one session are told of its end.
    func tell(ofSession id: String, of user: UserID, at moment: Timestamp) throws {
        try driver.run(.tellOfSession, values: [.integer(user)] + ends(moment) + [.text(id)])
    }

    /// Writes what the clients of a user's sessions are told of their end.
    func tell(ofSessionsOf user: UserID, at moment: Timestamp) throws {
        try driver.run(.tellOfSessions, values: ends(moment) + [.integer(user)])
    }

    /// Writes what the clients of all sessions are told of their end.
    func tellOfAllSessions(at moment: Timestamp) throws {
        try driver.run(.tellOfAllSessions, values: ends(moment))
    }

    private func ends(_ moment: Timestamp) -> [SQLValue] {
        let end = moment + LogoutDelivery.longest + LogoutDelivery.shown
        return [.milliseconds(moment), .milliseconds(moment), .milliseconds(end)]
    }

    private func delivery(_ row: SQLRow) throws -> LogoutDelivery {
        guard let client = ClientID(try row.text(1, "logout_deliveries.client_id")) else {
            throw row.damaged("logout_deliveries.client_id", "it is no client's")
        }
        return LogoutDelivery(
            session: try row.text(0, "logout_deliveries.session_id"), client: client,
            user: try row.integer(2, "logout_deliveries.user_id"),
            createdAt: try row.moment(3, "logout_deliveries.created_at"),
            attempts: try row.integer(4, "logout_deliveries.attempts"),
            nextAt: try row.optionalMoment(5, "logout_deliveries.next_at"),
            failure: row.isNull(6) ? nil : try row.text(6, "logout_deliveries.failure"))
    }
}
