import AuthCore

extension SQLStatement {
    fileprivate static let appendAuditEvent = SQLStatement(
        """
        INSERT INTO audit_events (recorded_at, actor, action, outcome, reason, user_id, username, client, address,
            user_agent, kid, jti)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    /// What the columns are called, in the order in which ``SQLRow`` is asked for them.
    private static let columns = """
        id, recorded_at, actor, action, outcome, reason, user_id, username, client, address, user_agent, kid, jti
        """
    /// Each takes its value twice.
    private static let isWanted =
        "(CAST(? AS bigint) IS NULL OR user_id = ?) AND "
        + ["username", "client", "address", "action", "outcome"].map { column in
            "(CAST(? AS text) IS NULL OR \(column) = ?)"
        }.joined(separator: " AND ")
    /// The last row of those that a page may look at.
    fileprivate static let auditPageEnd = SQLStatement(
        """
        SELECT id, recorded_at FROM audit_events WHERE (recorded_at, id) < (?, ?) AND recorded_at >= ?
        ORDER BY recorded_at DESC, id DESC LIMIT 1 OFFSET ?
        """)
    fileprivate static let auditPage = SQLStatement(
        """
        SELECT \(columns) FROM audit_events
        WHERE (recorded_at, id) < (?, ?) AND (recorded_at, id) >= (?, ?) AND \(isWanted)
        ORDER BY recorded_at DESC, id DESC LIMIT ?
        """)
    fileprivate static let auditRecords = SQLStatement(
        """
        SELECT \(columns) FROM audit_events WHERE id > ? AND id <= ? AND recorded_at >= ? AND \(isWanted)
        ORDER BY id LIMIT ?
        """)
    fileprivate static let lastAuditNumber = SQLStatement("SELECT coalesce(max(id), 0) FROM audit_events")
    fileprivate static let deleteAuditEvents = SQLStatement { dialect in
        let oldest = """
            SELECT id FROM audit_events WHERE recorded_at < ? ORDER BY recorded_at LIMIT ? \(dialect.unlessLocked)
            """
        return "DELETE FROM audit_events WHERE id \(dialect.isAmong(oldest))"
    }
    /// Along the numbers: `auth_logs` has no index on the time in SQLite.
    fileprivate static let deleteAuthLogs = SQLStatement { dialect in
        let old = """
            SELECT id FROM auth_logs
            WHERE id <= (SELECT max(id) FROM (SELECT id FROM auth_logs ORDER BY id LIMIT ?) AS oldest)
                AND request_timestamp < ?
            ORDER BY id \(dialect.unlessLocked)
            """
        return "DELETE FROM auth_logs WHERE id \(dialect.isAmong(old))"
    }
}

/// The log of everything that was done and tried.
extension SQLTransaction {
    func append(_ event: AuditEvent) throws {
        try driver.run(
            .appendAuditEvent, .milliseconds(event.moment), .text(event.origin.actor), .text(event.action.rawValue),
            .text(event.outcome.rawValue), .optional(event.reason?.rawValue), .optional(event.userID),
            .optional(event.username), .optional(event.client), .optional(event.origin.address),
            .optional(event.origin.userAgent), .optional(event.kid?.number), .optional(event.jti))
    }

    func auditPage(
        _ filter: AuditFilter, before position: AuditPosition, examining examined: Int, limit: Int
    ) throws -> AuditPage {
        let start: [SQLValue] = [.integer(position.moment), .integer(position.number)]
        let since = filter.since?.milliseconds ?? .min
        let end = try driver.fetch(
            .auditPageEnd, values: start + [.integer(since), .integer(Int64(max(1, examined) - 1))]
        ).first.map { row in try Self.position(row) }
        let last = end ?? AuditPosition(moment: since, number: .min)
        let rows = try driver.fetch(
            .auditPage,
            values: start + [.integer(last.moment), .integer(last.number)] + Self.wanted(filter)
                + [.integer(Int64(limit))])
        let isFull = rows.count >= limit
        return AuditPage(
            records: rows.compactMap { row in try? Self.record(row) },
            next: isFull ? rows.reversed().lazy.compactMap { row in try? Self.position(row) }.first : end)
    }

    func auditRecords(
        _ filter: AuditFilter, after number: Int64, through last: Int64, limit: Int
    ) throws -> [AuditRecord] {
        let since = filter.since?.milliseconds ?? .min
        return try driver.fetch(
            .auditRecords,
            values: [.integer(number), .integer(last), .integer(since)] + Self.wanted(filter)
                + [.integer(Int64(limit))]
        ).compactMap { row in try? Self.record(row) }
    }

    func lastAuditNumber() throws -> Int64 {
        try driver.fetch(.lastAuditNumber).first.map { row in try Self.number(row) } ?? 0
    }

    func deleteAuditEvents(before moment: Timestamp, limit: Int) throws -> Int {
        try driver.change(.deleteAuditEvents, .milliseconds(moment), .integer(Int64(limit)))
    }

    func deleteAuthLogs(before moment: Timestamp, limit: Int) throws -> Int {
        try driver.change(.deleteAuthLogs, .integer(Int64(limit)), Self.moment(moment))
    }

    private static func wanted(_ filter: AuditFilter) -> [SQLValue] {
        [.optional(filter.user), .optional(filter.user)]
            + [filter.username, filter.client, filter.address, filter.action?.rawValue, filter.outcome?.rawValue]
            .flatMap { text in [SQLValue.optional(text), .optional(text)] }
    }

    private static func number(_ row: SQLRow) throws -> Int64 {
        try row.integer(0, "audit_events.id", in: Int64.min...Int64.max)
    }

    private static func position(_ row: SQLRow) throws -> AuditPosition {
        AuditPosition(
            moment: try row.integer(1, "audit_events.recorded_at", in: Int64.min...Int64.max), number: try number(row))
    }

    /// What cannot be read is shown as missing: the rest of the row may be what somebody looks for.
    private static func record(_ row: SQLRow) throws -> AuditRecord {
        func text(_ index: Int) -> String? { try? row.text(index, "audit_events") }
        func integer(_ index: Int) -> Int64? { try? row.integer(index, "audit_events", in: Int64.min...Int64.max) }
        let position = try position(row)
        return AuditRecord(
            number: position.number, moment: Timestamp(milliseconds: position.moment), actor: text(2),
            action: text(3), outcome: text(4), reason: text(5), userID: integer(6), username: text(7),
            client: text(8), address: text(9), userAgent: text(10), kid: integer(11), jti: text(12))
    }
}
