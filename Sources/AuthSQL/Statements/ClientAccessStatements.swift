import AuthCore

extension SQLStatement {
    /// Of a grant, at a moment that is given twice.
    private static let isAlive = """
        ended_at IS NULL AND expires_at > ? AND (idle_until IS NULL OR idle_until > ? AND idle_until <= expires_at)
        """
    fileprivate static let countLivingGrants = SQLStatement("SELECT count(*) FROM grants WHERE \(isAlive)")
    fileprivate static let selectAccesses = SQLStatement(
        """
        SELECT client_id, scopes, resources, min(created_at) FROM grants
        WHERE user_id = ? AND \(isAlive)
        GROUP BY client_id, scopes, resources ORDER BY 4, 1, 2, 3
        """)
    fileprivate static let endGrantsOfUserToClient = SQLStatement(
        "UPDATE grants SET ended_at = ?, ended_for = ? WHERE user_id = ? AND client_id = ? AND ended_at IS NULL")
}

/// What clients have of users.
extension SQLTransaction {
    func accesses(of user: UserID, at moment: Timestamp) throws -> [ClientAccess] {
        let now = SQLValue.milliseconds(moment)
        return try driver.fetch(.selectAccesses, .integer(user), now, now).map { row in
            guard let client = ClientID(try row.text(0, "grants.client_id")) else {
                throw row.damaged("grants.client_id", "it is no client's")
            }
            return ClientAccess(
                client: client,
                access: GrantedAccess(
                    scopes: try row.list(1, "grants.scopes").map(Scope.init(stored:)),
                    resources: try row.list(2, "grants.resources").map(ResourceURI.init(stored:))),
                since: try row.moment(3, "grants.created_at"))
        }
    }

    func livingGrants(at moment: Timestamp) throws -> Int {
        let now = SQLValue.milliseconds(moment)
        guard let row = try driver.fetch(.countLivingGrants, now, now).first else { return 0 }
        return Int(try row.integer(0, "grants.id"))
    }

    func endGrants(
        of user: UserID, to client: ClientID, for reason: GrantEnd, at moment: Timestamp
    ) throws -> Int {
        try driver.change(
            .endGrantsOfUserToClient, .milliseconds(moment), .text(reason.rawValue), .integer(user),
            .text(client.text))
    }
}
