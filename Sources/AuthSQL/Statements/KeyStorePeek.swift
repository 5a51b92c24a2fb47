package import AuthCore

/// What a database holds about keys, whichever version of ours or of the original wrote it. Nothing in it is changed.
package struct KeyStorePeek: Equatable, Sendable {
    /// Keys and key-encryption keys.
    package let contents: KeyStoreContents
    /// What each node recorded of the propagation of the newest key.
    package let propagation: [NodePropagation]

    /// These contents.
    package init(contents: KeyStoreContents, propagation: [NodePropagation]) {
        self.contents = contents
        self.propagation = propagation
    }

    /// What a new database holds, and somebody else's.
    package static let empty = KeyStorePeek(contents: .empty, propagation: [])
}

extension SQLStatement {
    fileprivate static let columnNames = SQLStatement { dialect in dialect.columnNames }
}

extension SQLDriver {
    /// Looks at the keys as the steps of the schema left them that have been taken so far.
    package func peek() throws -> KeyStorePeek {
        let transaction = SQLTransaction(driver: self)
        let states = try columns(of: "key_states")
        guard !states.isEmpty else {
            guard try columns(of: "keys").isSuperset(of: ["kid", "key", "exp"]) else { return .empty }
            let keys = try transaction.keys(.selectOriginalKeys)
            return KeyStorePeek(contents: KeyStoreContents(keys: keys, keyEncryptionKeys: []), propagation: [])
        }
        let isCurrent = states.contains("algorithm")
        let keys = isCurrent ? try transaction.keys() : try transaction.keys(.selectKeysWithoutAlgorithm)
        return KeyStorePeek(
            contents: KeyStoreContents(keys: keys, keyEncryptionKeys: try transaction.keyEncryptionKeys()),
            propagation: isCurrent ? try transaction.keyPropagation() : [])
    }

    /// The names of a table's columns; none when there is no such table.
    package func columns(of table: String) throws -> Set<String> {
        Set(try fetch(.columnNames, .text(table)).map { row in try row.text(0, "the columns of \(table)") })
    }
}
