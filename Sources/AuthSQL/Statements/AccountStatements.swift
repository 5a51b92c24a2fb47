import AuthCore

extension SQLStatement {
    fileprivate static let findUser = SQLStatement("SELECT id, username, password_hash FROM users WHERE username = ?")
    fileprivate static let insertUser = SQLStatement(
        "INSERT INTO users (username, password_hash, email, date_registered) VALUES (?, ?, ?, ?)")
    fileprivate static let recordLogin = SQLStatement("UPDATE users SET last_login = ? WHERE id = ?")
    fileprivate static let replacePasswordHash = SQLStatement(
        "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?")
}

extension SQLTransaction: AccountWrites {
    func user(named spellings: [String]) throws -> User? {
        // Both databases would read the name only as far as a NUL, and find somebody else.
        for spelling in spellings where !spelling.utf8.contains(0) {
            guard let row = try driver.fetch(.findUser, .text(spelling)).first else { continue }
            // What is no text is a hash that no password opens: answered, and reported, as every other of these.
            let phcString = (try? row.text(2, "users.password_hash")) ?? ""
            return User(
                id: try row.integer(0, "users.id"), username: try row.text(1, "users.username"),
                passwordHash: PasswordHash(phcString: phcString))
        }
        return nil
    }

    func insert(_ user: NewUser) throws {
        do {
            _ = try driver.change(
                .insertUser, .text(user.username.text), .text(user.passwordHash.phcString),
                .optional(user.email?.text), Self.moment(user.registeredAt))
        } catch {
            let taken: [String: AuthError] = [
                Driver.dialect.usernameConstraint: .usernameTaken, Driver.dialect.emailConstraint: .emailTaken,
            ]
            throw Driver.violatedConstraint(error).flatMap { taken[$0] } ?? error
        }
    }

    func recordLogin(of user: UserID, at moment: Timestamp) throws {
        try driver.run(.recordLogin, Self.moment(moment), .integer(user))
    }

    func replacePasswordHash(of user: UserID, from old: PasswordHash, to new: PasswordHash) throws -> Bool {
        try driver.change(.replacePasswordHash, .text(new.phcString), .integer(user), .text(old.phcString)) == 1
    }
}
