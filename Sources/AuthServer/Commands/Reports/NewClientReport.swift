package import AuthCore

/// What `clients create` answers.
package struct NewClientReport: CommandReport {
    private let client: Client
    private let secret: ClientSecret?
    private let configuration: ClientConfiguration?

    /// - Parameters:
    ///   - secret: nil for a public client.
    ///   - configuration: of a program that is known; nil for any other.
    package init(_ client: Client, secret: ClientSecret?, configuration: ClientConfiguration? = nil) {
        self.client = client
        self.secret = secret
        self.configuration = configuration
    }

    /// What the client is configured with: in its own language, where that is known.
    package var lines: [String] {
        configuration?.lines
            ?? alignedLines([["client_id", client.id.text]] + (secret.map { [["client_secret", $0.text]] } ?? []))
    }

    /// The client; of a confidential one also `client_secret`, and that it does not end by itself (RFC 7591 §3.2.1); of a
    /// program that is known its `configuration`, with its line ends.
    package var json: [(name: String, value: JSONValue)] {
        let issued: [(name: String, value: JSONValue)] =
            secret.map { [("client_secret", .string($0.text)), ("client_secret_expires_at", .integer(0))] } ?? []
        let text = configuration.map { [("configuration", JSONValue.string($0.lines.joined(separator: "\n") + "\n"))] }
        return client.members + issued + (text ?? [])
    }
}
