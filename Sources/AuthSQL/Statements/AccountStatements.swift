import AuthCore

extension SQLStatement {
    fileprivate static let findUser = SQLStatement(
        """
        SELECT id, username, password_hash, disabled_at, must_change_password
        FROM users LEFT JOIN user_states ON user_id = id WHERE username = ?
        """)
    fileprivate static let insertUser = SQLStatement(
        "INSERT INTO users (username, password_hash, email, date_registered) VALUES (?, ?, ?, ?)")
    fileprivate static let requirePasswordChange = SQLStatement(
        "INSERT INTO user_states (user_id, must_change_password) SELECT id, 1 FROM users WHERE username = ?")
    fileprivate static let setEmail = SQLStatement("UPDATE users SET email = ? WHERE id = ?")
    fileprivate static let recordLogin = SQLStatement(
        "UPDATE users SET last_login = ? WHERE id = ? AND \(isEnabled)")
    fileprivate static let replacePasswordHash = SQLStatement(
        "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?")
    fileprivate static let changePassword = SQLStatement(
        "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ? AND \(isEnabled)")

    private static let isEnabled =
        "NOT EXISTS (SELECT 1 FROM user_states WHERE user_id = users.id AND disabled_at IS NOT NULL)"
}

extension SQLTransaction: AccountWrites {
    func user(named spellings: [String]) throws -> User? {
        // Both databases would read the name only as far as a NUL, and find somebody else.
        for spelling in spellings where !spelling.utf8.contains(0) {
            guard let row = try driver.fetch(.findUser, .text(spelling)).first else { continue }
            // What is no text is a hash that no password opens: answered, and reported, as every other of these.
            let phcString = (try? row.text(2, "users.password_hash")) ?? ""
            // What cannot be read in a state shuts the account, and does not open it.
            return User(
                id: try row.integer(0, "users.id"), username: try row.text(1, "users.username"),
                passwordHash: PasswordHash(phcString: phcString), isDisabled: !row.isNull(3),
                mustChangePassword: row.isSet(4))
        }
        return nil
    }

    func insert(_ user: NewUser) throws {
        _ = try tellingWhatIsTaken {
            try driver.change(
                .insertUser, .text(user.username.text), .text(user.passwordHash.phcString),
                .optional(user.email?.text), Self.moment(user.registeredAt))
        }
        guard user.mustChangePassword else { return }
        try driver.run(.requirePasswordChange, .text(user.username.text))
    }

    func setEmail(of user: UserID, to email: EmailAddress?) throws -> Bool {
        try tellingWhatIsTaken { try driver.change(.setEmail, .optional(email?.text), .integer(user)) == 1 }
    }

    private func tellingWhatIsTaken<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            let taken: [String: AuthError] = [
                Driver.dialect.usernameConstraint: .usernameTaken, Driver.dialect.emailConstraint: .emailTaken,
            ]
            throw Driver.violatedConstraint(error).flatMap { taken[$0] } ?? error
        }
    }

    func recordLogin(of user: UserID, at moment: Timestamp) throws -> Bool {
        try driver.change(.recordLogin, Self.moment(moment), .integer(user)) == 1
    }

    func replacePasswordHash(of user: UserID, from old: PasswordHash, to new: PasswordHash) throws -> Bool {
        try driver.change(.replacePasswordHash, .text(new.phcString), .integer(user), .text(old.phcString)) == 1
    }

    func changePassword(
        of user: UserID, from old: PasswordHash, to new: PasswordHash, at moment: Timestamp
    ) throws -> Bool {
        let isOurs =
            try driver.change(.changePassword, .text(new.phcString), .integer(user), .text(old.phcString)) == 1
        if isOurs { try notePassword(of: user, mustChange: false, at: moment) }
        return isOurs
    }
}

extension SQLRow {
    /// Whether a column holds anything but nothing and 0.
    fileprivate func isSet(_ index: Int) -> Bool {
        guard !isNull(index) else { return false }
        return (try? integer(index, "")) != 0
    }
}
