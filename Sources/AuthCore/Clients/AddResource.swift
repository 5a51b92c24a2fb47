/// Use case: an operator registers a resource.
package struct AddResource: Sendable {
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

    /// Registers it.
    /// - Parameters:
    ///   - scopes: what there is to be allowed at it, by name.
    ///   - lifetime: how long its tokens live, to the second; nil for as long as others.
    /// - Throws: ``OperatorError/refused(_:)`` that names what is wrong, and the remedy.
    package func callAsFunction(
        _ uri: String, scopes: [String], tokenType: TokenType, lifetime: Duration?
    ) async throws -> Resource {
        let now = time.now
        let resource = Resource(
            uri: try Self.checked(uri), scopes: try Self.checked(scopes), tokenType: tokenType,
            lifetime: try Self.checked(lifetime), createdAt: now)
        try await store.write { transaction in
            // One of two that a request cannot tell apart would never be asked for.
            if let twin = resource.uri.twin, try transaction.resource(twin) != nil { throw Self.taken(twin.text) }
            guard try transaction.insert(resource) else { throw Self.taken(uri) }
            // The log has one column for whom a token is for or from.
            try transaction.append(AuditEvent(.resourceAdd, by: origin, at: now, client: uri))
        }
        return resource
    }

    private static func taken(_ uri: String) -> OperatorError {
        .refused("there is a resource \(uri): resources remove takes it away")
    }

    private static func checked(_ uri: String) throws(OperatorError) -> ResourceURI {
        do { return try ResourceURI(uri) } catch { throw .refused("\(uri): \(error)") }
    }

    private static func checked(_ names: [String]) throws(OperatorError) -> [Scope] {
        var scopes: [Scope] = []
        for name in names {
            guard let scope = Scope(name) else {
                throw .refused(
                    "\(name) cannot be a scope: it has 1 to 100 characters of ASCII, no space, no \" and no \\")
            }
            guard !Scope.ofIssuer.contains(scope) else {
                throw .refused("\(name) is a scope of the issuer: no resource has it")
            }
            if !scopes.contains(scope) { scopes.append(scope) }
        }
        return scopes
    }

    private static func checked(_ lifetime: Duration?) throws(OperatorError) -> Duration? {
        guard let lifetime else { return nil }
        guard lifetime >= .seconds(1), lifetime <= Resource.longestLifetime else {
            throw .refused("access tokens live from 1s to 24h: nobody can take them back")
        }
        return lifetime
    }
}
