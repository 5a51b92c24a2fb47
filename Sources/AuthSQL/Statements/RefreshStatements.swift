import AuthCore

extension SQLStatement {
    fileprivate static let selectRefreshedGrant = SQLStatement(
        "\(selectGrantText) AND generation = ? AND idle_until > ? AND idle_until <= expires_at")
    fileprivate static let startRefreshing = SQLStatement { dialect in
        """
        UPDATE grants SET generation = 0, rotated_at = ?, idle_until = \(dialect.least)(?, expires_at)
        WHERE id = ? AND generation IS NULL AND ended_at IS NULL AND expires_at > ?
        """
    }
    /// The whole algorithm: every expression sees the row as it was, and who comes at the same time sees it afterwards.
    /// `presented` is the token's generation, `step` 1 where a token is replaced and 0 where it stays; 5000 ms are the quick
    /// replays of tabs and fan-outs, which earn no strike; a minute is what clocks of two servers may differ. An idle end
    /// behind the last one nobody wrote: what stands there (in SQLite maybe a text, which is after every number) lets nobody
    /// in. The row's own moments are added to nothing, as none may be too much for a number.
    ///
    /// The values stand where they are needed: SQLite would put a table of them, and the rows to be changed, into two trees
    /// of their own each time.
    fileprivate static let present = SQLStatement { dialect in
        """
        UPDATE grants SET
            ended_at = CASE WHEN \(isAllowed) THEN NULL ELSE \(now) END,
            ended_for = CASE WHEN \(isAllowed) THEN NULL ELSE 'refresh_reuse' END,
            strikes = CASE WHEN \(presented) < generation THEN strikes WHEN late > 0 THEN strikes + 1 ELSE 0 END,
            late = CASE WHEN \(presented) = generation THEN 0 WHEN \(now) - 5000 < rotated_at THEN late
                ELSE late + 1 END,
            replays = CASE WHEN \(presented) = generation THEN 0 ELSE replays + 1 END,
            idle_until = CASE WHEN \(presented) = generation
                THEN \(dialect.least)(\(now) + \(idle), expires_at) ELSE idle_until END,
            rotated_at = CASE WHEN \(presented) = generation THEN \(now) ELSE rotated_at END,
            generation = CASE WHEN \(presented) = generation THEN generation + \(step) ELSE generation END
        WHERE id = ?6 AND client_id = ?7 AND ended_at IS NULL AND \(now) < expires_at AND \(now) < idle_until
            AND idle_until <= expires_at AND \(presented) <= generation
        RETURNING id, user_id, client_id, session_id, scopes, resources, authenticated_at, is_offline, created_at,
            expires_at, generation, ended_at, rotated_at
        """
    }
    private static let isAllowed = """
        \(presented) = generation OR (\(presented) = generation - 1 AND \(now) - \(grace) < rotated_at
            AND \(now) + 60000 > rotated_at AND replays < 64
            AND (\(now) - 5000 < rotated_at OR strikes < 3))
        """
    private static let presented = "CAST(?1 AS bigint)"
    private static let now = "CAST(?2 AS bigint)"
    private static let grace = "CAST(?3 AS bigint)"
    private static let idle = "CAST(?4 AS bigint)"
    private static let step = "CAST(?5 AS bigint)"
}

/// The rest of the grants' slice: their refresh tokens.
extension SQLTransaction {
    func grant(of token: RefreshToken, at moment: Timestamp) throws -> Grant? {
        try driver.fetch(
            .selectRefreshedGrant, .bytes(token.grant.bytes), .milliseconds(moment), .integer(token.generation),
            .milliseconds(moment)
        ).first.map { row in try grant(row) }
    }

    func startRefreshing(_ id: GrantID, at moment: Timestamp, idleUntil: Timestamp) throws -> Bool {
        try driver.change(
            .startRefreshing, .milliseconds(moment), .milliseconds(idleUntil), .bytes(id.bytes),
            .milliseconds(moment)) == 1
    }

    func present(_ token: RefreshPresentation, at moment: Timestamp) throws -> RefreshPresentation.Outcome {
        let rows = try driver.fetch(
            .present, .integer(token.generation), .milliseconds(moment), .integer(token.policy.grace.milliseconds),
            .integer(token.policy.idle.milliseconds), .integer(token.rotates ? 1 : 0), .bytes(token.grant.bytes),
            .text(token.client.text))
        guard let row = rows.first else { return .refused }
        let grant = try grant(row)
        guard row.isNull(11) else { return .reused(grant, reuse(row, of: token, at: moment)) }
        return .refreshed(grant, generation: try row.integer(10, "grants.generation"))
    }

    /// A row that does not tell keeps no grant from being ended.
    private func reuse(_ row: SQLRow, of token: RefreshPresentation, at moment: Timestamp) -> RefreshReuse? {
        guard let newest = try? row.integer(10, "grants.generation"),
            let rotatedAt = try? row.moment(12, "grants.rotated_at")
        else { return nil }
        return RefreshReuse(presented: token.generation, newest: newest, rotatedAt: rotatedAt, at: moment)
    }
}
