/// Use case: an operator registers a client.
package struct CreateClient: Sendable {
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

    /// Registers it. Its secret, where it has one, is answered here and kept nowhere.
    /// - Throws: ``OperatorError/refused(_:)`` that names what is wrong, and the remedy.
    package func callAsFunction(
        _ registration: ClientRegistration
    ) async throws -> (client: Client, secret: ClientSecret?) {
        let now = time.now
        let secret: ClientSecret? = registration.kind == .confidential ? .random() : nil
        let digest = secret?.digest
        let client = try await store.write { transaction in
            let client = try registration.client(at: now, knowing: try transaction.resources())
            guard try transaction.insert(client, secret: digest) else {
                throw OperatorError.refused("the id \(client.id.text) is taken: choose another, or leave out --id")
            }
            try transaction.append(AuditEvent(.clientCreate, by: origin, at: now, client: client.id.text))
            return client
        }
        return (client, secret)
    }
}
