/// How clients prove who they are.
extension SchemaMigration {
    /// The words of ``AuthCore/ClientSecretPlace``. What was registered before may go on as it did.
    static let clientProofs = SchemaMigration(
        "16 where clients show their secrets",
        sqlite: "ALTER TABLE clients ADD COLUMN secret_place TEXT NOT NULL DEFAULT 'any';",
        postgres: "ALTER TABLE clients ADD COLUMN secret_place text NOT NULL DEFAULT 'any';")
}
