/// Use case: an operator looks at one client.
package struct ShowClient: Sendable {
    private let store: any Store

    /// Of this store.
    package init(store: any Store) { self.store = store }

    /// The client with this id, and what is kept of its secrets, oldest first.
    /// - Throws: ``OperatorError/refused(_:)`` when there is none.
    package func callAsFunction(_ id: String) async throws -> (client: Client, secrets: [ClientSecretRecord]) {
        try await store.read { transaction in
            let client = try transaction.requireClient(id)
            return (client, try transaction.secrets(of: client.id))
        }
    }
}

extension ClientReads {
    /// The client with this id.
    /// - Throws: ``OperatorError/refused(_:)`` when there is none.
    func requireClient(_ id: String) throws -> Client {
        guard let client = try ClientID(id).flatMap({ try client($0) }) else {
            throw OperatorError.refused("there is no client \(id): clients list shows those that there are")
        }
        return client
    }
}
