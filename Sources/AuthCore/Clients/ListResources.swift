/// Use case: an operator looks at the resources.
package struct ListResources: Sendable {
    private let store: any Store

    /// Of this store.
    package init(store: any Store) { self.store = store }

    /// Every resource, by its URI.
    package func callAsFunction() async throws -> [Resource] {
        try await store.read { transaction in try transaction.resources() }
    }

    /// The resource with this URI, a slash after an empty path more or less, and the clients that have it.
    /// - Throws: ``OperatorError/refused(_:)`` when there is none.
    package func resource(_ uri: String) async throws -> (resource: Resource, clients: [ClientID]) {
        try await store.read { transaction in
            guard let found = try transaction.resources().first(where: { $0.uri.matches(uri) }) else {
                throw OperatorError.refused("there is no resource \(uri): resources list shows those that there are")
            }
            return (found, try transaction.clients(of: found.uri))
        }
    }
}
