/// Use case: an operator deletes a client and its secrets, and ends what users gave it. Access tokens that verifiers check
/// by themselves live out their time.
package struct DeleteClient: Sendable {
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

    /// Deletes it.
    /// - Throws: ``OperatorError/refused(_:)`` when it is gone already.
    package func callAsFunction(_ client: ClientID) async throws {
        let now = time.now
        let isDeleted = try await store.write { transaction in
            guard try transaction.deleteClient(client) else { return false }
            _ = try transaction.endGrants(ofClient: client, for: .clientGone, at: now)
            try transaction.append(AuditEvent(.clientDelete, by: origin, at: now, client: client.text))
            return true
        }
        guard isDeleted else { throw OperatorError.refused("the client is gone already: somebody else deleted it") }
    }
}
