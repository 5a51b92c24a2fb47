package import AuthCore

/// What a database holds about keys, whichever version of ours or of the original wrote it. Nothing in it is changed.
package struct KeyStorePeek: Equatable, Sendable {
    /// Keys and key-encryption keys.
    package let contents: KeyStoreContents
    /// What each node recorded of the propagation of the newest key.
    package let propagation: [NodePropagation]
    /// What refresh tokens are authenticated with: a server starts without it, so what is wrong with it is no error here.
    package let tokenSecrets: Result<[SealedTokenSecret], OperatorError>

    /// These contents.
    package init(
        contents: KeyStoreContents, propagation: [NodePropagation],
        tokenSecrets: Result<[SealedTokenSecret], OperatorError> = .success([])
    ) {
        self.contents = contents
        self.propagation = propagation
        self.tokenSecrets = tokenSecrets
    }

    /// What a new database holds, and somebody else's.
    package static let empty = KeyStorePeek(contents: .empty, propagation: [])
}

extension SQLStatement {
    /// Those without which no login is answered.
    fileprivate static let neededTables = ["users", "keys", "auth_logs", "key_states", "key_encryption_keys"]
    /// An earlier server's database has no states of users yet, and no audit events.
    fileprivate static let nothingOfEveryTable = SQLStatement(
        "SELECT 1 FROM \((neededTables + ["user_states", "audit_events"]).joined(separator: ", ")) LIMIT 0")
    fileprivate static let columnNames = SQLStatement { dialect in dialect.columnNames }
}

extension SQLDriver {
    /// Looks at the keys as the steps of the schema left them that have been taken so far.
    /// - Throws: ``OperatorError/damaged(_:)`` where some of our tables are there and others are not.
    package func peek() throws -> KeyStorePeek {
        let transaction = SQLTransaction(driver: self)
        try requireTables()
        let states = try columns(of: "key_states")
        guard !states.isEmpty else {
            guard try columns(of: "keys").isSuperset(of: ["kid", "key", "exp"]) else { return .empty }
            let keys = try transaction.keys(.selectOriginalKeys)
            return KeyStorePeek(contents: KeyStoreContents(keys: keys, keyEncryptionKeys: []), propagation: [])
        }
        let isCurrent = states.contains("algorithm")
        let keys = isCurrent ? try transaction.keys() : try transaction.keys(.selectKeysWithoutAlgorithm)
        return KeyStorePeek(
            contents: KeyStoreContents(
                keys: keys, keyEncryptionKeys: try transaction.keyEncryptionKeys(),
                statesWithoutKey: try transaction.statesWithoutKey()),
            propagation: isCurrent ? try transaction.keyPropagation() : [], tokenSecrets: try tokenSecrets())
    }

    private func tokenSecrets() throws -> Result<[SealedTokenSecret], OperatorError> {
        guard try columns(of: "token_secrets").isSuperset(of: ["id", "sealed", "created_at"]) else {
            return .success([])
        }
        do {
            return .success(try SQLTransaction(driver: self).tokenSecrets())
        } catch let error as OperatorError {
            return .failure(error)
        }
    }

    /// A database that has keys of ours has all of these tables: an empty one in place of one that was lost would hide
    /// that accounts are lost.
    private func requireTables() throws {
        guard try !columns(of: "key_states").isEmpty || !columns(of: "key_encryption_keys").isEmpty else { return }
        for table in SQLStatement.neededTables {
            guard try columns(of: table).isEmpty else { continue }
            throw OperatorError.damaged("the table \(table) is missing: restore the database from a backup")
        }
    }

    /// Asks for nothing, of every table that a login needs: what is wrong with one of them is thrown.
    package func lookAtTables() throws { _ = try fetch(.nothingOfEveryTable) }

    /// The names of a table's columns; none when there is no such table.
    package func columns(of table: String) throws -> Set<String> {
        Set(try fetch(.columnNames, .text(table)).map { row in try row.text(0, "the columns of \(table)") })
    }
}
