package import AuthCore

/// What `clients list` answers.
package struct ClientsReport: CommandReport {
    private static let header = ["ID", "NAME", "KIND", "GRANTS", "REGISTERED", "STATE"]

    private let clients: [Client]

    /// - Parameter clients: in their order.
    package init(_ clients: [Client]) { self.clients = clients }

    /// A table.
    package var lines: [String] {
        guard !clients.isEmpty else { return ["there are no clients: clients create registers one"] }
        return alignedLines([Self.header] + clients.map(cells))
    }

    /// `{"clients":[…]}`, one object for each client.
    package var json: [(name: String, value: JSONValue)] {
        [("clients", .array(clients.map { .object($0.members) }))]
    }

    private func cells(of client: Client) -> [String] {
        [
            client.id.text, client.name.text.escapingControlCharacters(), client.kind.rawValue,
            client.grants.map(\.rawValue).joined(separator: " "), utcText(client.createdAt),
            client.disabledAt == nil ? "usual" : "disabled",
        ]
    }
}
