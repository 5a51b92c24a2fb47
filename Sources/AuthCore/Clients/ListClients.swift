/// Use case: an operator looks at the clients.
package struct ListClients: Sendable {
    /// In one unit of work: thousands of clients hold up nobody.
    private static let page = 1_000
    private let store: any Store

    /// Of this store.
    package init(store: any Store) { self.store = store }

    /// Every client, in the order in which they were registered.
    package func callAsFunction() async throws -> [Client] {
        var clients: [Client] = []
        while true {
            let last = clients.last?.id
            let more = try await store.read { transaction in try transaction.clients(after: last, limit: Self.page) }
            clients += more
            if more.count < Self.page { break }
        }
        return clients.sorted { ($0.createdAt, $0.id.text) < ($1.createdAt, $1.id.text) }
    }
}
