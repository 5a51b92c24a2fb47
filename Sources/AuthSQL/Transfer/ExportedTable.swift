// Transfer owns what migrate copies from one database to another, and the form in which both can be compared. It must
// not open a database.

/// A table as `migrate` copies it.
package enum ExportedTable: String, CaseIterable, Sendable {
    case users
    case userStates = "user_states"
    case resources
    case clients
    case clientSecrets = "client_secrets"
    case clientResources = "client_resources"
    case consents
    case grants
    case revokedTokens = "revoked_tokens"
    case sessions
    case sessionClients = "session_clients"
    case logoutDeliveries = "logout_deliveries"
    case keys
    case keyStates = "key_states"
    case keyEncryptionKeys = "key_encryption_keys"
    case tokenSecrets = "token_secrets"
    case keyPropagation = "key_propagation"
    case retiredPublicKeys = "retired_public_keys"
    case authLogs = "auth_logs"
    case auditEvents = "audit_events"

    /// A column that is copied.
    package struct Column: Sendable {
        /// What a column holds.
        package enum Kind: Sendable {
            case integer
            case text
            case bytes
            case moment
        }

        /// As both databases call it.
        package let name: String
        /// What it holds.
        package let kind: Kind
        /// The text that stands for it in a database that has not taken the step of the schema that adds it.
        package let whereMissing: String?

        init(_ name: String, _ kind: Kind, whereMissing: String? = nil) {
            self.name = name
            self.kind = kind
            self.whereMissing = whereMissing
        }
    }

    /// The columns that are copied, in the order in which a row has them.
    package var columns: [Column] {
        switch self {
        case .users:
            [
                Column("id", .integer), Column("username", .text), Column("password_hash", .text),
                Column("email", .text), Column("date_registered", .moment), Column("last_login", .moment),
            ]
        case .userStates:
            [
                Column("user_id", .integer), Column("disabled_at", .integer),
                Column("must_change_password", .integer), Column("password_changed_at", .integer),
            ]
        case .resources:
            [
                Column("uri", .text), Column("scopes", .text), Column("token_typ", .text), Column("lifetime", .integer),
                Column("created_at", .integer),
            ]
        case .clients:
            [
                Column("id", .text), Column("name", .text), Column("kind", .text), Column("redirect_uris", .text),
                Column("post_logout_uris", .text), Column("grants", .text), Column("scopes", .text),
                Column("consent", .text), Column("require_pkce", .integer), Column("pkce_seen_at", .integer),
                Column("created_at", .integer), Column("disabled_at", .integer),
                Column("backchannel_logout_uri", .text),
                Column("secret_place", .text, whereMissing: "any"),
            ]
        case .clientSecrets:
            [
                Column("client_id", .text), Column("hash", .bytes), Column("created_at", .integer),
                Column("expires_at", .integer),
            ]
        case .clientResources: [Column("client_id", .text), Column("resource", .text)]
        case .consents:
            [
                Column("user_id", .integer), Column("client_id", .text), Column("resource", .text),
                Column("scopes", .text), Column("given_at", .integer),
            ]
        case .grants:
            [
                Column("id", .bytes), Column("user_id", .integer), Column("client_id", .text),
                Column("session_id", .text), Column("scopes", .text), Column("resources", .text),
                Column("authenticated_at", .integer), Column("is_offline", .integer), Column("created_at", .integer),
                Column("expires_at", .integer), Column("ended_at", .integer), Column("ended_for", .text),
                Column("generation", .integer), Column("rotated_at", .integer), Column("replays", .integer),
                Column("late", .integer), Column("strikes", .integer), Column("idle_until", .integer),
            ]
        case .revokedTokens: [Column("jti", .text), Column("expires_at", .integer)]
        case .sessions:
            [
                Column("hash", .bytes), Column("id", .text), Column("user_id", .integer),
                Column("authenticated_at", .integer), Column("address", .text), Column("user_agent", .text),
                Column("created_at", .integer), Column("seen_at", .integer), Column("idle_until", .integer),
                Column("expires_at", .integer),
            ]
        case .sessionClients:
            [Column("session_id", .text), Column("client_id", .text), Column("expires_at", .integer)]
        case .logoutDeliveries:
            [
                Column("session_id", .text), Column("client_id", .text), Column("user_id", .integer),
                Column("created_at", .integer), Column("attempts", .integer), Column("next_at", .integer),
                Column("failure", .text), Column("expires_at", .integer),
            ]
        case .keys: [Column("kid", .integer), Column("key", .bytes), Column("exp", .integer)]
        case .keyStates:
            [
                Column("kid", .integer), Column("state", .text), Column("algorithm", .text, whereMissing: "RS256"),
                Column("published_at", .integer), Column("activates_at", .integer), Column("retired_at", .integer),
                Column("signed_until", .integer),
            ]
        case .keyEncryptionKeys:
            [
                Column("id", .text), Column("salt", .bytes), Column("memory_kib", .integer),
                Column("passes", .integer), Column("check_value", .bytes), Column("created_at", .integer),
                Column("handover", .bytes),
            ]
        case .tokenSecrets: [Column("id", .integer), Column("sealed", .bytes), Column("created_at", .integer)]
        case .keyPropagation:
            [
                Column("node", .text), Column("kid", .integer), Column("known", .integer), Column("aware", .integer),
                Column("recorded_at", .integer),
            ]
        case .retiredPublicKeys:
            [
                Column("kid", .integer), Column("algorithm", .text), Column("public_key", .bytes),
                Column("expires_at", .integer),
            ]
        case .authLogs:
            [
                Column("id", .integer), Column("request_ip", .text), Column("request_timestamp", .moment),
                Column("user_id", .integer),
            ]
        case .auditEvents:
            [
                Column("id", .integer), Column("recorded_at", .integer), Column("actor", .text),
                Column("action", .text), Column("outcome", .text), Column("reason", .text),
                Column("user_id", .integer), Column("username", .text), Column("client", .text),
                Column("address", .text), Column("user_agent", .text), Column("kid", .integer), Column("jti", .text),
            ]
        }
    }

    /// The order in which a database of this dialect hands out the rows: the same rows, the same order in every database.
    package func order(in dialect: Dialect) -> String {
        switch self {
        case .keyEncryptionKeys: "created_at, \(dialect.insertionOrder)"
        case .clientSecrets, .clientResources, .sessionClients, .logoutDeliveries: "1, 2"
        case .consents: "1, 2, 3"
        default: "1"
        }
    }

    /// The column whose values the database hands out by itself, and never twice; nil where there is none.
    package var countedColumn: String? {
        switch self {
        case .users, .authLogs, .auditEvents: "id"
        case .keys: "kid"
        case .userStates, .resources, .clients, .clientSecrets, .clientResources, .consents, .grants, .revokedTokens,
            .sessions, .sessionClients, .logoutDeliveries, .keyStates, .keyEncryptionKeys, .tokenSecrets,
            .keyPropagation, .retiredPublicKeys:
            nil
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
