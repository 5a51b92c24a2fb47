import AuthCore

extension SQLStatement {
    fileprivate static let selectAccesses = SQLStatement(
        """
        SELECT client_id, scopes, resources, min(created_at) FROM grants
        WHERE user_id = ? AND ended_at IS NULL AND expires_at > ?
            AND (idle_until IS NULL OR idle_until > ? AND idle_until <= expires_at)
        GROUP BY client_id, scopes, resources ORDER BY 4, 1, 2, 3
        """)
    fileprivate static let endGrantsOfUserToClient = SQLStatement(
        "UPDATE grants SET ended_at = ?, ended_for = ? WHERE user_id = ? AND client_id = ? AND ended_at IS NULL")
}

/// What one client has of one user.
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

    func endGrants(
        of user: UserID, to client: ClientID, for reason: GrantEnd, at moment: Timestamp
    ) throws -> Int {
        try driver.change(
            .endGrantsOfUserToClient, .milliseconds(moment), .text(reason.rawValue), .integer(user),
            .text(client.text))
    }
}
