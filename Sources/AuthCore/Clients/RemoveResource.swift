/// Use case: an operator takes a resource away. Access tokens that were issued before live out their time; who registers
/// its URI again gives nobody back what was for the old one.
package struct RemoveResource: Sendable {
    private let store: any Store
    private let time: any TimeSource
    private let origin: AuditOrigin

    /// From this store.
    /// - Parameter origin: who does it.
    package init(store: any Store, time: any TimeSource, by origin: AuditOrigin) {
        self.store = store
        self.time = time
        self.origin = origin
    }

    /// Removes it, and takes it from every client and every grant that has it: a grant for it alone ends. A client's scopes
    /// that no other resource of its own has go, too.
    /// - Throws: ``OperatorError/refused(_:)`` when it is gone already.
    package func callAsFunction(_ uri: ResourceURI) async throws {
        let now = time.now
        let isRemoved = try await store.write { transaction in
            let (resource, clients) = (try transaction.resource(uri), try transaction.clients(of: uri))
            guard try transaction.deleteResource(uri) else { return false }
            if let resource { try takeScopes(of: resource, from: clients, in: transaction) }
            _ = try transaction.endGrants(ofResource: uri, for: .resourceGone, at: now)
            try transaction.append(AuditEvent(.resourceRemove, by: origin, at: now, client: uri.text))
            return true
        }
        guard isRemoved else { throw OperatorError.refused("the resource is gone already: somebody else removed it") }
    }

    private func takeScopes(
        of removed: Resource, from clients: [ClientID], in transaction: any WriteTransaction
    ) throws {
        let known = try transaction.resources()
        for id in clients {
            let client: Client?
            do {
                client = try transaction.client(id)
            } catch is OperatorError {
                // A row that cannot be read keeps nobody from removing what it had.
                continue
            }
            guard let client else { continue }
            let others = known.filter { client.resources.contains($0.uri) }.flatMap(\.scopes) + Scope.ofIssuer
            let kept = client.scopes.filter { !removed.scopes.contains($0) || others.contains($0) }
            guard kept != client.scopes else { continue }
            _ = try transaction.replaceScopes(of: id, from: client.scopes, to: kept)
        }
    }
}
