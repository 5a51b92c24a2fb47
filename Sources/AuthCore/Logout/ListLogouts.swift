/// Use case: an operator looks at who was not told yet that a session ended.
package struct ListLogouts: Sendable {
    /// In one unit of work: many rows hold up nobody.
    private static let page = 1_000
    private let store: any Store

    /// Of this store.
    package init(store: any Store) { self.store = store }

    /// Every delivery that is pending or was given up, the oldest first.
    package func callAsFunction() async throws -> [LogoutDelivery] {
        var found: [LogoutDelivery] = []
        while true {
            let last = found.last
            let more = try await store.read { transaction in
                try transaction.logoutDeliveries(after: last, limit: Self.page)
            }
            found += more
            if more.count < Self.page { break }
        }
        return found.sorted { ($0.createdAt, $0.session, $0.client.text) < ($1.createdAt, $1.session, $1.client.text) }
    }
}
