package import AuthCore

/// What `clients create` answers.
package struct NewClientReport: CommandReport {
    private let client: Client
    private let secret: ClientSecret?

    /// - Parameter secret: nil for a public client.
    package init(_ client: Client, secret: ClientSecret?) {
        self.client = client
        self.secret = secret
    }

    /// What the client is configured with.
    package var lines: [String] {
        alignedLines([["client_id", client.id.text]] + (secret.map { [["client_secret", $0.text]] } ?? []))
    }

    /// The client; of a confidential one also `client_secret`, and that it does not end by itself (RFC 7591 §3.2.1).
    package var json: [(name: String, value: JSONValue)] {
        let issued: [(name: String, value: JSONValue)] =
            secret.map { [("client_secret", .string($0.text)), ("client_secret_expires_at", .integer(0))] } ?? []
        return client.members + issued
    }
}
