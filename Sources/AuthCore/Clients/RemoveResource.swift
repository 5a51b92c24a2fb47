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

    /// Removes it, and takes it from every client and every grant that has it: a grant for it alone ends.
    /// - Throws: ``OperatorError/refused(_:)`` when it is gone already.
    package func callAsFunction(_ uri: ResourceURI) async throws {
        let now = time.now
        let isRemoved = try await store.write { transaction in
            guard try transaction.deleteResource(uri) else { return false }
            _ = try transaction.endGrants(ofResource: uri, for: .resourceGone, at: now)
            try transaction.append(AuditEvent(.resourceRemove, by: origin, at: now, client: uri.text))
            return true
        }
        guard isRemoved else { throw OperatorError.refused("the resource is gone already: somebody else removed it") }
    }
}
