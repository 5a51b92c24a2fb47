// Schema owns the one list of steps that make the tables, both databases side by side. It must not edit a step that
// has shipped.

/// One step. A change is a new step; how it is carried out beside other servers is the business of the drivers' migrators.
package struct SchemaMigration: Sendable {
    /// Under which a database remembers that it has taken the step.
    package let name: String
    /// Statements for SQLite; nil where there is nothing to do.
    package let sqlite: String?
    /// Statements for PostgreSQL; nil where there is nothing to do.
    package let postgres: String?

    init(_ name: String, sqlite: String?, postgres: String?) {
        self.name = name
        self.sqlite = sqlite
        self.postgres = postgres
    }

    /// Every step, in the order in which they are taken.
    package static let all = [
        originalTables, keyStates, notifications, rateLimits, algorithms, keySights, loginDelays,
        userStates, auditEvents, clients, grants, sessions, tokenSecrets, consents, logout, clientProofs, flowClaims,
    ]

    /// On what PostgreSQL announces a change of the keys: step 3.
    package static let notificationChannel = "jwks_keys"
}
