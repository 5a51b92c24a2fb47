/// What a client was given, or asks for: scopes, and for whom the tokens are.
package struct GrantedAccess: Equatable, Sendable {
    /// In the order in which they were asked for.
    package let scopes: [Scope]
    /// As they were registered; empty for the issuer's usual audience.
    package let resources: [ResourceURI]

    /// These scopes at these resources.
    package init(scopes: [Scope], resources: [ResourceURI]) {
        self.scopes = scopes
        self.resources = resources
    }

    /// What of a request's `scope` and `resource` a client may have: RFC 6749 §3.3, RFC 8707 §2. A scope that it may not
    /// have is left out, as is that of a resource for which no token was asked. Without `scope` it is what the resources
    /// have; without `resource`, which most clients never send, it is the resources whose scopes are named.
    /// - Parameter known: the resources that there are.
    package static func allowed(
        to client: Client, scope: String?, resources asked: [String], knowing known: [Resource]
    ) throws(AccessRefusal) -> GrantedAccess {
        let own = known.filter { client.resources.contains($0.uri) }
        let named = try scope.map(parsed)
        let resources =
            asked.isEmpty
            ? own.filter { $0.scopes.contains { named?.contains($0) == true && client.scopes.contains($0) } }
            : try found(asked, among: own)
        let possible = Scope.ofIssuer + resources.flatMap(\.scopes)
        let wanted = named ?? once(resources.flatMap(\.scopes))
        let scopes = wanted.filter { possible.contains($0) && client.scopes.contains($0) }
        guard !scopes.isEmpty || wanted.isEmpty else { throw .invalidScope }
        return GrantedAccess(scopes: scopes, resources: resources.map(\.uri))
    }

    /// What of it a token request asks for: never more (RFC 6749 §6, RFC 8707 §2.2). Without `resource` it is all of them,
    /// without `scope` all that are left.
    /// - Parameter known: the resources that there are.
    package func narrowed(
        toScope scope: String?, resources asked: [String], knowing known: [Resource]
    ) throws(AccessRefusal) -> GrantedAccess {
        let granted = known.filter { resources.contains($0.uri) }
        let left = asked.isEmpty ? granted : try Self.found(asked, among: granted)
        // None of them is left: the issuer's usual audience would be another one.
        guard resources.isEmpty || !left.isEmpty else { throw .invalidTarget }
        let possible = Scope.ofIssuer + left.flatMap(\.scopes)
        let rest = scopes.filter { possible.contains($0) }
        guard let scope else { return GrantedAccess(scopes: rest, resources: left.map(\.uri)) }
        let wanted = try Self.parsed(scope)
        guard wanted.allSatisfy(scopes.contains) else { throw .invalidScope }
        let kept = wanted.filter(rest.contains)
        // With none left the answer would have no `scope`, which says that all of them were given (RFC 6749 §5.1).
        guard !kept.isEmpty else { throw .invalidScope }
        return GrantedAccess(scopes: kept, resources: left.map(\.uri))
    }

    private static func found(
        _ asked: [String], among known: [Resource]
    ) throws(AccessRefusal) -> [Resource] {
        var found: [Resource] = []
        for text in asked {
            guard let resource = known.first(where: { $0.uri.matches(text) }) else { throw .invalidTarget }
            if !found.contains(resource) { found.append(resource) }
        }
        return found
    }

    /// Each once, in their order; at least one (RFC 6749 §3.3).
    private static func parsed(_ text: String) throws(AccessRefusal) -> [Scope] {
        var scopes: [Scope] = []
        for name in text.split(separator: " ") {
            guard let scope = Scope(String(name)) else { throw .invalidScope }
            scopes.append(scope)
        }
        guard !scopes.isEmpty else { throw .invalidScope }
        return once(scopes)
    }

    private static func once(_ scopes: [Scope]) -> [Scope] {
        scopes.reduce(into: []) { kept, scope in if !kept.contains(scope) { kept.append(scope) } }
    }
}

/// Why a request gets no token, whatever else it says.
package enum AccessRefusal: Error, Equatable {
    /// RFC 6749 §5.2: malformed, or nothing of it may be had.
    case invalidScope
    /// RFC 8707 §2: no resource of the client.
    case invalidTarget
}
