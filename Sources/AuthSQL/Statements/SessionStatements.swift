import AuthCore

extension SQLStatement {
    private static let columns =
        "id, user_id, authenticated_at, address, user_agent, created_at, seen_at, expires_at, idle_until"
    fileprivate static let selectSession = SQLStatement(
        "SELECT \(columns) FROM sessions WHERE hash = ? AND idle_until > ? AND expires_at > ?")
    private static let livingOfUser = "FROM sessions WHERE user_id = ? AND idle_until > ? AND expires_at > ?"
    private static let selectSessionsText = "SELECT \(columns) \(livingOfUser) ORDER BY created_at DESC, id"
    fileprivate static let selectSessions = SQLStatement(selectSessionsText)
    fileprivate static let selectNewestSessions = SQLStatement("\(selectSessionsText) LIMIT ?")
    fileprivate static let countSessions = SQLStatement("SELECT count(*) \(livingOfUser)")
    fileprivate static let selectAllSessions = SQLStatement(
        """
        SELECT \(columns) FROM sessions WHERE id > ? AND idle_until > ? AND expires_at > ? ORDER BY id LIMIT ?
        """)
    fileprivate static let insertSession = SQLStatement(
        """
        INSERT INTO sessions (hash, id, user_id, authenticated_at, address, user_agent, created_at, seen_at, expires_at,
            idle_until)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    /// Once in five minutes: a session that is used costs no write for each request.
    fileprivate static let noteUse = SQLStatement { dialect in
        """
        UPDATE sessions SET seen_at = ?, idle_until = \(dialect.least)(?, expires_at)
        WHERE hash = ? AND seen_at < ? AND idle_until > ? AND expires_at > ?
        """
    }
    fileprivate static let renewSession = SQLStatement { dialect in
        """
        UPDATE sessions SET hash = ?, authenticated_at = ?, seen_at = ?, idle_until = \(dialect.least)(?, expires_at)
        WHERE hash = ? AND idle_until > ? AND expires_at > ?
        """
    }
    fileprivate static let endSession = SQLStatement(
        "DELETE FROM sessions WHERE id = ? AND user_id = ? AND idle_until > ? AND expires_at > ?")
    fileprivate static let endSessions = SQLStatement("DELETE FROM sessions WHERE user_id = ? RETURNING id")
    fileprivate static let endAllSessions = SQLStatement("DELETE FROM sessions")
    fileprivate static let deleteSomeSessions = deletion(of: "sessions", key: "hash")
}

/// A session that is ended leaves no row: its cookie is as good as an invented one at every server at once.
extension SQLTransaction: SessionWrites {
    func session(_ hash: [UInt8], at moment: Timestamp) throws -> Session? {
        let now = SQLValue.milliseconds(moment)
        return try driver.fetch(.selectSession, .bytes(hash), now, now).first.map(sessionOf)
    }

    func sessions(of user: UserID, at moment: Timestamp) throws -> [Session] {
        try driver.fetch(.selectSessions, .integer(user), .milliseconds(moment), .milliseconds(moment)).map(sessionOf)
    }

    func newestSessions(of user: UserID, at moment: Timestamp, limit: Int) throws -> [Session] {
        let now = SQLValue.milliseconds(moment)
        return try driver.fetch(.selectNewestSessions, .integer(user), now, now, .integer(Int64(limit))).map(sessionOf)
    }

    func sessionCount(of user: UserID, at moment: Timestamp) throws -> Int {
        let now = SQLValue.milliseconds(moment)
        guard let row = try driver.fetch(.countSessions, .integer(user), now, now).first else { return 0 }
        return Int(try row.integer(0, "sessions.id"))
    }

    func sessions(after id: String, at moment: Timestamp, limit: Int) throws -> [Session] {
        let now = SQLValue.milliseconds(moment)
        return try driver.fetch(.selectAllSessions, .text(id), now, now, .integer(Int64(limit))).map(sessionOf)
    }

    func insert(_ session: Session, hash: [UInt8], idleUntil: Timestamp) throws {
        _ = try driver.change(
            .insertSession, .bytes(hash), .text(session.id), .integer(session.user),
            .milliseconds(session.authenticatedAt), .text(session.address), .text(session.userAgent),
            .milliseconds(session.createdAt), .milliseconds(session.seenAt), .milliseconds(session.expiresAt),
            .milliseconds(min(idleUntil, session.expiresAt)))
    }

    func noteUse(ofSession hash: [UInt8], at moment: Timestamp, idleUntil: Timestamp) throws {
        let now = SQLValue.milliseconds(moment)
        try driver.run(
            .noteUse, now, .milliseconds(idleUntil), .bytes(hash), .milliseconds(moment - .seconds(300)), now, now)
    }

    func renewSession(_ hash: [UInt8], to newHash: [UInt8], at moment: Timestamp, idleUntil: Timestamp) throws -> Bool {
        let now = SQLValue.milliseconds(moment)
        return try driver.change(
            .renewSession, .bytes(newHash), now, now, .milliseconds(idleUntil), .bytes(hash), now, now) == 1
    }

    func endSession(_ id: String, of user: UserID, at moment: Timestamp) throws -> Bool {
        let isEnded =
            try driver.change(
                .endSession, .text(id), .integer(user), .milliseconds(moment), .milliseconds(moment)) == 1
        if isEnded { try tell(ofSession: id, of: user, at: moment) }
        return isEnded
    }

    func endSessions(of user: UserID, at moment: Timestamp) throws -> [String] {
        try tell(ofSessionsOf: user, at: moment)
        // Ended they are, whatever is told of it.
        return try driver.fetch(.endSessions, .integer(user)).map { row in (try? row.text(0, "sessions.id")) ?? "" }
    }

    func endAllSessions(at moment: Timestamp) throws -> Int {
        try tellOfAllSessions(at: moment)
        return try driver.change(.endAllSessions)
    }

    func deleteSomeSessions(overBefore moment: Timestamp) throws -> Int {
        try driver.change(.deleteSomeSessions, .milliseconds(moment))
    }

    private func sessionOf(_ row: SQLRow) throws -> Session {
        // SQLite takes a text for later than every moment.
        _ = try row.moment(8, "sessions.idle_until")
        return Session(
            id: try row.text(0, "sessions.id"), user: try row.integer(1, "sessions.user_id"),
            authenticatedAt: try row.moment(2, "sessions.authenticated_at"),
            address: try row.text(3, "sessions.address"), userAgent: try row.text(4, "sessions.user_agent"),
            createdAt: try row.moment(5, "sessions.created_at"), seenAt: try row.moment(6, "sessions.seen_at"),
            expiresAt: try row.moment(7, "sessions.expires_at"))
    }
}
