import AuthCore

extension SQLStatement {
    private static let accountColumns: @Sendable (Dialect) -> String = { dialect in
        """
        SELECT id, username, email, \(dialect.seconds("date_registered")), \(dialect.seconds("last_login")),
            disabled_at, must_change_password, password_changed_at
        FROM users LEFT JOIN user_states ON user_id = id
        """
    }
    fileprivate static let selectAccount = SQLStatement { dialect in "\(accountColumns(dialect)) WHERE id = ?" }
    fileprivate static let selectAccounts = SQLStatement { dialect in
        "\(accountColumns(dialect)) WHERE id > ? ORDER BY id LIMIT ?"
    }
    /// What cannot be read in a state shuts the account.
    private static let claimsOfEnabledUser =
        """
        SELECT id, username, email FROM users LEFT JOIN user_states ON user_id = id
        WHERE users.id = ? AND disabled_at IS NULL
        """
    /// Everything that a token hangs on, by the indices of four tables.
    fileprivate static let selectClaimsBehindToken = SQLStatement(
        """
        \(claimsOfEnabledUser)
            AND EXISTS (SELECT 1 FROM grants JOIN clients ON clients.id = grants.client_id
                WHERE grants.id = ? AND grants.user_id = users.id AND grants.client_id = ? AND grants.ended_at IS NULL
                    AND grants.expires_at > ? AND clients.disabled_at IS NULL)
            AND \(isNotRevoked)
        """)
    fileprivate static let selectClaimsOfToken = SQLStatement("\(claimsOfEnabledUser) AND \(isNotRevoked)")
    fileprivate static let resetPassword = SQLStatement("UPDATE users SET password_hash = ? WHERE id = ?")
    fileprivate static let notePassword = SQLStatement(
        """
        INSERT INTO user_states (user_id, must_change_password, password_changed_at) VALUES (?, ?, ?)
        ON CONFLICT (user_id) DO UPDATE SET must_change_password = excluded.must_change_password,
            password_changed_at = excluded.password_changed_at
        """)
    fileprivate static let disableUser = SQLStatement(
        """
        INSERT INTO user_states (user_id, disabled_at) SELECT id, CAST(? AS bigint) FROM users WHERE id = ?
        ON CONFLICT (user_id) DO UPDATE SET disabled_at = excluded.disabled_at WHERE user_states.disabled_at IS NULL
        """)
    fileprivate static let enableUser = SQLStatement(
        "UPDATE user_states SET disabled_at = NULL WHERE user_id = ? AND disabled_at IS NOT NULL")
    fileprivate static let deleteUsualState = SQLStatement(
        """
        DELETE FROM user_states WHERE user_id = ? AND disabled_at IS NULL AND must_change_password = 0
            AND password_changed_at IS NULL
        """)
    /// Changes nothing but who may change the row: a login that comes meanwhile waits, and finds nobody.
    fileprivate static let holdUser = SQLStatement("UPDATE users SET last_login = last_login WHERE id = ?")
    fileprivate static let disownLogs = SQLStatement("UPDATE auth_logs SET user_id = NULL WHERE user_id = ?")
    fileprivate static let deleteUser = SQLStatement("DELETE FROM users WHERE id = ?")
}

/// What an operator sees of accounts and changes of them.
extension SQLTransaction {
    func account(_ id: UserID) throws -> Account? {
        try driver.fetch(.selectAccount, .integer(id)).first.map { row in try account(row) }
    }

    func claims(behind token: GrantedToken, at moment: Timestamp) throws -> AccountClaims? {
        try driver.fetch(
            .selectClaimsBehindToken, .integer(token.user), .bytes(token.grant.bytes), .text(token.client.text),
            .milliseconds(moment), .text(token.tokenID)
        ).first.map { row in try claims(row) }
    }

    func claims(of user: UserID, behind tokenID: String) throws -> AccountClaims? {
        try driver.fetch(.selectClaimsOfToken, .integer(user), .text(tokenID)).first.map { row in try claims(row) }
    }

    func accounts(after id: UserID, limit: Int) throws -> [Account] {
        try driver.fetch(.selectAccounts, .integer(id), .integer(Int64(limit))).map { row in try account(row) }
    }

    func resetPassword(
        of user: UserID, to new: PasswordHash, mustChange: Bool, at moment: Timestamp
    ) throws -> Bool {
        guard try driver.change(.resetPassword, .text(new.phcString), .integer(user)) == 1 else { return false }
        try notePassword(of: user, mustChange: mustChange, at: moment)
        return true
    }

    /// Of an account whose row in `users` this unit of work has changed.
    func notePassword(of user: UserID, mustChange: Bool, at moment: Timestamp) throws {
        try driver.run(.notePassword, .integer(user), .integer(mustChange ? 1 : 0), .milliseconds(moment))
    }

    func disable(_ user: UserID, at moment: Timestamp) throws -> Bool {
        try driver.change(.disableUser, .milliseconds(moment), .integer(user)) == 1
    }

    func enable(_ user: UserID) throws -> Bool {
        guard try driver.change(.enableUser, .integer(user)) == 1 else { return false }
        try driver.run(.deleteUsualState, .integer(user))
        return true
    }

    func hold(_ user: UserID) throws -> Bool { try driver.change(.holdUser, .integer(user)) == 1 }

    func deleteUser(_ user: UserID) throws -> Bool {
        guard try hold(user) else { return false }
        try driver.run(.disownLogs, .integer(user))
        try driver.run(.deleteUser, .integer(user))
        return true
    }

    private func claims(_ row: SQLRow) throws -> AccountClaims {
        AccountClaims(
            username: try row.text(1, "users.username"), email: row.isNull(2) ? nil : try row.text(2, "users.email"))
    }

    private func account(_ row: SQLRow) throws -> Account {
        let claims = try claims(row)
        return Account(
            id: try row.integer(0, "users.id"), username: claims.username, email: claims.email,
            registeredAt: seconds(row, 3), lastLogin: seconds(row, 4),
            disabledAt: try row.optionalMoment(5, "user_states.disabled_at"),
            mustChangePassword: row.isNull(6) ? false : try row.integer(6, "user_states.must_change_password") != 0,
            passwordChangedAt: try row.optionalMoment(7, "user_states.password_changed_at"))
    }

    /// Nothing depends on it: what is no moment is none.
    private func seconds(_ row: SQLRow, _ index: Int) -> Timestamp? {
        row.isNull(index) ? nil : (try? row.unixSeconds(index, "users")).map(Timestamp.init(seconds:))
    }
}
