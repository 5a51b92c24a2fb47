/// Use case: an operator turns a client off, and on again. What users gave it ends for good; access tokens that verifiers
/// check by themselves live out their time.
package struct DisableClient: Sendable {
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

    /// From now on it gets nothing.
    /// - Returns: false when that was so before.
    /// - Throws: ``OperatorError/refused(_:)`` when there is no such client.
    package func callAsFunction(_ id: String) async throws -> Bool {
        let now = time.now
        return try await store.write { transaction in
            let client = try transaction.requireClient(id)
            guard try transaction.disable(client.id, at: now) else { return false }
            _ = try transaction.endGrants(ofClient: client.id, for: .clientGone, at: now)
            try transaction.append(AuditEvent(.clientDisable, by: origin, at: now, client: id))
            return true
        }
    }

    /// Its secrets are right again. Users give it anew what it had of them.
    /// - Returns: false when it was not disabled.
    /// - Throws: as above.
    package func undo(_ id: String) async throws -> Bool {
        let now = time.now
        return try await store.write { transaction in
            let client = try transaction.requireClient(id)
            guard try transaction.enable(client.id) else { return false }
            try transaction.append(AuditEvent(.clientEnable, by: origin, at: now, client: id))
            return true
        }
    }
}
