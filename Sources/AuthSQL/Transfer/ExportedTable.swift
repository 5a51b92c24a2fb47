/// A table as `migrate` copies it from one database to another.
package enum ExportedTable: String, CaseIterable, Sendable {
    case users
    case keys
    case keyStates = "key_states"
    case keyEncryptionKeys = "key_encryption_keys"
    case keyPropagation = "verifier_readiness"
    case authLogs = "auth_logs"

    /// What a column holds.
    package enum Kind: Sendable {
        case integer
        case text
        case bytes
        case moment
    }

    /// The columns that are copied, in the order in which a row has them.
    package var columns: [(name: String, kind: Kind)] {
        switch self {
        case .users:
            [
                ("id", .integer), ("username", .text), ("password_hash", .text), ("email", .text),
                ("date_registered", .moment), ("last_login", .moment),
            ]
        case .keys: [("kid", .integer), ("key", .bytes), ("exp", .integer)]
        case .keyStates:
            [
                ("kid", .integer), ("state", .text), ("published_at", .integer), ("activates_at", .integer),
                ("retired_at", .integer), ("signed_until", .integer),
            ]
        case .keyEncryptionKeys:
            [
                ("id", .text), ("salt", .bytes), ("memory_kib", .integer), ("passes", .integer),
                ("check_value", .bytes), ("created_at", .integer), ("handover", .bytes),
            ]
        case .keyPropagation: [("kid", .integer), ("known", .integer), ("aware", .integer)]
        case .authLogs:
            [("id", .integer), ("request_ip", .text), ("request_timestamp", .moment), ("user_id", .integer)]
        }
    }

    /// The column whose values the database hands out by itself, and never twice; nil where there is none.
    package var countedColumn: String? {
        switch self {
        case .users, .authLogs: "id"
        case .keys: "kid"
        case .keyStates, .keyEncryptionKeys, .keyPropagation: nil
        }
    }
}

/// Port: the database that `migrate` copies from, in one consistent state.
package protocol ExportSource {
    /// The rows of a table in its order, one line of ``ExportRow`` at a call; nil after the last.
    func lines(of table: ExportedTable) throws -> () throws -> [UInt8]?
    /// The highest number that a table's counted column ever had, deleted rows included; 0 for none.
    func lastNumber(of table: ExportedTable) throws -> Int64
}
