/// Use case: an operator changes a client that there is. It keeps its id, its secrets and what users gave it: what they gave
/// before is as it was until it ends.
package struct UpdateClient: Sendable {
    private let store: any Store
    private let time: any TimeSource
    private let origin: AuditOrigin

    /// In this store.
    /// - Parameter origin: who does it.
    package init(store: any Store, time: any TimeSource, by origin: AuditOrigin) {
        self.store = store
        self.time = time
        self.origin = origin
    }

    /// Changes it at once, at every server from the next request on.
    /// - Returns: the client before and after; where both are the same nothing was done.
    /// - Throws: ``OperatorError/refused(_:)`` when there is no such client, for what is refused of one that is registered,
    ///   and when somebody else changed it at the same time.
    package func callAsFunction(_ id: String, _ change: ClientChange) async throws -> (old: Client, new: Client) {
        let now = time.now
        return try await store.write { transaction in
            let old = try transaction.requireClient(id)
            let new = try change.applied(to: old, knowing: try transaction.resources())
            guard new != old else { return (old, new) }
            guard try transaction.replace(old, with: new) else {
                throw OperatorError.refused(
                    "somebody else changed the client \(id) at the same time: look, and try again")
            }
            try transaction.append(AuditEvent(.clientUpdate, by: origin, at: now, client: id))
            return (old, new)
        }
    }
}
