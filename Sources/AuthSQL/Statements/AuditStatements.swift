import AuthCore

extension SQLStatement {
    fileprivate static let appendLog = SQLStatement(
        "INSERT INTO auth_logs (request_ip, request_timestamp, user_id) VALUES (?, ?, ?)")
    fileprivate static let countLogins = SQLStatement { dialect in
        """
        SELECT count(*) FROM auth_logs
        WHERE \(dialect.logsSince) AND request_timestamp < ? AND user_id IS NOT NULL
        """
    }
}

extension SQLTransaction: AuditWrites {
    func successfulLogins(from start: Timestamp, to end: Timestamp) throws -> Int {
        // The last second counts as a whole.
        let rows = try driver.fetch(.countLogins, Self.moment(start), Self.moment(end + .seconds(1)))
        return Int(try rows.first?.integer(0, "auth_logs.id") ?? 0)
    }

    func append(_ entry: AuthLogEntry) throws {
        try driver.run(
            .appendLog, .text(entry.clientAddress), Self.moment(entry.moment), .optional(entry.userID))
    }
}
