package import AuthCore

/// What `clients rotate-secret` answers.
package struct ClientSecretReport: CommandReport {
    private let client: Client
    private let secret: ClientSecret
    private let secrets: [ClientSecretRecord]

    /// - Parameter secrets: all that are valid now, oldest first.
    package init(_ client: Client, secret: ClientSecret, secrets: [ClientSecretRecord]) {
        self.client = client
        self.secret = secret
        self.secrets = secrets
    }

    /// The secret alone, for a script to take.
    package var lines: [String] { [secret.text] }

    /// The id, the secret, and when the others end.
    package var json: [(name: String, value: JSONValue)] {
        [
            ("client_id", .string(client.id.text)), ("client_secret", .string(secret.text)),
            ("client_secret_expires_at", .integer(0)),
            ("secrets", .array(secrets.map { .object($0.members) })),
        ]
    }
}
