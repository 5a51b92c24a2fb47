import AuthCore

extension SQLStatement {
    static let selectGrantText = """
        SELECT id, user_id, client_id, session_id, scopes, resources, authenticated_at, is_offline, created_at, expires_at
        FROM grants WHERE id = ? AND ended_at IS NULL AND expires_at > ?
        """
    fileprivate static let selectGrant = SQLStatement(selectGrantText)
    fileprivate static let insertGrant = SQLStatement(
        """
        INSERT INTO grants (id, user_id, client_id, session_id, scopes, resources, authenticated_at, is_offline,
            created_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    private static func endGrants(_ condition: String) -> SQLStatement {
        SQLStatement("UPDATE grants SET ended_at = ?, ended_for = ? WHERE \(condition) AND ended_at IS NULL")
    }
    fileprivate static let endGrant = endGrants("id = ?")
    fileprivate static let endGrantsOfUser = endGrants("user_id = ?")
    fileprivate static let endGrantsOfSession = endGrants("session_id = ? AND is_offline = 0")
    fileprivate static let endGrantsOfClient = endGrants("client_id = ?")
    fileprivate static let endGrantsOfResource = endGrants("resources = ?")
    /// Lists have a space between what is in them, and no URI has one in it.
    fileprivate static let takeResource = SQLStatement(
        """
        UPDATE grants SET resources = trim(replace(' ' || resources || ' ', ?, ' '))
        WHERE ended_at IS NULL AND replace(' ' || resources || ' ', ?, '') <> ' ' || resources || ' '
        """)
    fileprivate static let endAllGrants = endGrants("1 = 1")
    static let isNotRevoked = "NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = ?)"
    fileprivate static let selectClientOfToken = SQLStatement(
        "SELECT 1 FROM clients WHERE id = ? AND disabled_at IS NULL AND \(isNotRevoked)")
    fileprivate static let revokeToken = SQLStatement(
        "INSERT INTO revoked_tokens (jti, expires_at) VALUES (?, ?) ON CONFLICT (jti) DO NOTHING")
    fileprivate static let deleteSomeGrants = deletion(of: "grants", key: "id")
    fileprivate static let deleteSomeRevokedTokens = deletion(of: "revoked_tokens", key: "jti")

    /// As many rows as a step of ``PruningPace`` takes, the oldest first, and none that another node deletes at the same time: nobody waits for it.
    static func deletion(of table: String, key: String) -> SQLStatement {
        SQLStatement { dialect in
            """
            DELETE FROM \(table) WHERE (\(key)) IN
                (SELECT \(key) FROM \(table) WHERE expires_at < ? ORDER BY expires_at LIMIT \(PruningPace.step)
                \(dialect.unlessLocked))
            """
        }
    }
}

extension SQLTransaction: GrantWrites {
    func grant(_ id: GrantID, at moment: Timestamp) throws -> Grant? {
        try driver.fetch(.selectGrant, .bytes(id.bytes), .milliseconds(moment)).first.map { row in try grant(row) }
    }

    func insert(_ grant: Grant) throws {
        _ = try driver.change(
            .insertGrant, .bytes(grant.id.bytes), .integer(grant.user), .text(grant.client.text),
            .optional(grant.session),
            .text(grant.scopes.map(\.name).joined(separator: " ")),
            .text(grant.resources.map(\.text).joined(separator: " ")),
            .milliseconds(grant.authenticatedAt), .integer(grant.isOffline ? 1 : 0), .milliseconds(grant.createdAt),
            .milliseconds(grant.expiresAt))
    }

    func endGrant(_ id: GrantID, for reason: GrantEnd, at moment: Timestamp) throws -> Bool {
        try driver.change(.endGrant, .milliseconds(moment), .text(reason.rawValue), .bytes(id.bytes)) == 1
    }

    func endGrants(of user: UserID, for reason: GrantEnd, at moment: Timestamp) throws -> Int {
        try driver.change(.endGrantsOfUser, .milliseconds(moment), .text(reason.rawValue), .integer(user))
    }

    func endGrants(ofSession session: String, for reason: GrantEnd, at moment: Timestamp) throws -> Int {
        try driver.change(.endGrantsOfSession, .milliseconds(moment), .text(reason.rawValue), .text(session))
    }

    func endGrants(ofClient client: ClientID, for reason: GrantEnd, at moment: Timestamp) throws -> Int {
        try driver.change(.endGrantsOfClient, .milliseconds(moment), .text(reason.rawValue), .text(client.text))
    }

    func endGrants(ofResource uri: ResourceURI, for reason: GrantEnd, at moment: Timestamp) throws -> Int {
        let ended = try driver.change(
            .endGrantsOfResource, .milliseconds(moment), .text(reason.rawValue), .text(uri.text))
        let listed = SQLValue.text(" \(uri.text) ")
        _ = try driver.change(.takeResource, listed, listed)
        return ended
    }

    func endAllGrants(for reason: GrantEnd, at moment: Timestamp) throws -> Int {
        try driver.change(.endAllGrants, .milliseconds(moment), .text(reason.rawValue))
    }

    func stands(_ client: ClientID, behind tokenID: String) throws -> Bool {
        try !driver.fetch(.selectClientOfToken, .text(client.text), .text(tokenID)).isEmpty
    }

    func revoke(tokenID: String, until end: Timestamp) throws {
        try driver.run(.revokeToken, .text(tokenID), .milliseconds(end))
    }

    func deleteSomeGrants(overBefore moment: Timestamp) throws -> Int {
        let statements: [SQLStatement] = [
            .deleteSomeUnfetchedGrants, .deleteSomeUsedCodes, .deleteSomeGrants, .deleteSomeRevokedTokens,
        ]
        return try statements.reduce(0) { count, statement in
            try count + driver.change(statement, .milliseconds(moment))
        }
    }

    /// A row that begins with the columns of ``SQLStatement/selectGrant``.
    func grant(_ row: SQLRow) throws -> Grant {
        let bytes = try row.bytes(0, "grants.id")
        guard let id = GrantID(bytes) else { throw row.damaged("grants.id", "it is no grant's") }
        guard let client = ClientID(try row.text(2, "grants.client_id")) else {
            throw row.damaged("grants.client_id", "it is no client's")
        }
        return Grant(
            id: id, user: try row.integer(1, "grants.user_id"), client: client,
            session: row.isNull(3) ? nil : try row.text(3, "grants.session_id"),
            scopes: try row.list(4, "grants.scopes").map(Scope.init(stored:)),
            resources: try row.list(5, "grants.resources").map(ResourceURI.init(stored:)),
            authenticatedAt: try row.moment(6, "grants.authenticated_at"),
            isOffline: try row.integer(7, "grants.is_offline") != 0, createdAt: try row.moment(8, "grants.created_at"),
            expiresAt: try row.moment(9, "grants.expires_at"))
    }
}
