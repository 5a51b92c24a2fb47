package import AuthCore

/// What `doctor` looks at in a database beside its keys. Nothing in it is changed.
package struct DatabaseExamination: Sendable {
    /// Such as `SQLite 3.51.3`.
    package let version: String
    /// What is wrong with the file as a whole; nil where nothing is, and for a database that looks after its own files.
    package let damage: String?
    /// How far the database's clock is ahead of this machine's, at the least; nil for a database that has none.
    package let clockAhead: Duration?
    /// When the youngest row that says so was written; nil where that was not looked for.
    package let lastWritten: Timestamp?
    /// The hashes of the accounts that were made last.
    package let hashes: [AccountHash]

    /// One account's.
    package struct AccountHash: Sendable {
        /// The account.
        package let user: UserID
        /// As it is stored; empty for what is no text.
        package let hash: PasswordHash

        /// This hash of this account.
        package init(user: UserID, hash: PasswordHash) {
            self.user = user
            self.hash = hash
        }
    }

    /// These observations.
    package init(
        version: String, damage: String?, clockAhead: Duration?, lastWritten: Timestamp?, hashes: [AccountHash]
    ) {
        self.version = version
        self.damage = damage
        self.clockAhead = clockAhead
        self.lastWritten = lastWritten
        self.hashes = hashes
    }
}

extension SQLStatement {
    fileprivate static let selectHashes = SQLStatement("SELECT id, password_hash FROM users ORDER BY id DESC LIMIT ?")
}

extension SQLDriver {
    /// The hashes of the accounts that were made last, at most so many; none where there is no such table.
    package func passwordHashes(atMost count: Int) throws -> [DatabaseExamination.AccountHash] {
        guard try !columns(of: "users").isEmpty else { return [] }
        return try fetch(.selectHashes, .integer(Int64(count))).map { row in
            DatabaseExamination.AccountHash(
                user: try row.integer(0, "users.id"),
                hash: PasswordHash(phcString: (try? row.text(1, "users.password_hash")) ?? ""))
        }
    }
}
