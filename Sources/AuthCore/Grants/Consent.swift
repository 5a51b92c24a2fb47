/// What a user was asked and agreed to that a client may have: of the issuer's own scopes, or at one resource. Remembered,
/// so that nobody is asked the same twice.
package struct Consent: Equatable, Sendable {
    /// Whose word it is.
    package let user: UserID
    /// What the client may have.
    package let client: ClientID
    /// For whom; nil for the issuer itself.
    package let resource: ResourceURI?
    /// Empty where the resource has none, or none was asked for.
    package let scopes: [Scope]
    /// When the user agreed first.
    package let givenAt: Timestamp

    /// A consent with these columns.
    package init(user: UserID, client: ClientID, resource: ResourceURI?, scopes: [Scope], givenAt: Timestamp) {
        self.user = user
        self.client = client
        self.resource = resource
        self.scopes = scopes
        self.givenAt = givenAt
    }
}

/// Consents' slice of the store: what may be read.
package protocol ConsentReads {
    /// What a user agreed to, of every client, the oldest first.
    func consents(of user: UserID) throws -> [Consent]
}

/// Consents' slice of the store: what may be changed. Those of a user, a client or a resource that is deleted go with it.
package protocol ConsentWrites: ConsentReads {
    /// Adds to what a user agreed to: what is there is the union, whoever adds to it at the same time.
    func add(_ consent: Consent) throws
    /// Forgets what a user agreed to of a client.
    /// - Returns: whether there was anything.
    func forgetConsents(of user: UserID, to client: ClientID) throws -> Bool
    /// Forgets what everybody agreed to.
    func forgetAllConsents() throws
}

extension Client {
    /// Whether a user's word is remembered for answers to `uri`. Whatever program of the user's machine takes the port or the
    /// scheme could answer to it in this client's name (OAuth 2.1 §7.3.1, RFC 8252 §8.6): there it is asked each time.
    func isKnown(at uri: String) -> Bool {
        let redirect = RedirectURI(stored: uri)
        return kind == .confidential || !(redirect.isLoopback || redirect.isPrivateUse)
    }
}

extension GrantedAccess {
    /// All of it, as a user agrees to it.
    /// - Parameter known: the resources that there are.
    func consents(
        of user: UserID, to client: ClientID, knowing known: [Resource], at now: Timestamp
    ) -> [Consent] {
        parts(known).map { resource, scopes in
            Consent(user: user, client: client, resource: resource, scopes: scopes, givenAt: now)
        }
    }

    /// What of it a user has not agreed to; nil where that is nothing.
    /// - Parameters:
    ///   - given: what the user agreed to of the client.
    ///   - known: the resources that there are.
    package func beyond(_ given: [Consent], knowing known: [Resource]) -> GrantedAccess? {
        let missing = parts(known).compactMap { resource, scopes -> (resource: ResourceURI?, scopes: [Scope])? in
            guard let before = given.first(where: { $0.resource == resource }) else { return (resource, scopes) }
            let more = scopes.filter { !before.scopes.contains($0) }
            return more.isEmpty ? nil : (resource, more)
        }
        guard !missing.isEmpty else { return nil }
        return GrantedAccess(
            scopes: scopes.filter { scope in missing.contains { $0.scopes.contains(scope) } },
            resources: missing.compactMap(\.resource))
    }

    /// A scope belongs to the issuer, or to each of the resources that have it.
    private func parts(_ known: [Resource]) -> [(resource: ResourceURI?, scopes: [Scope])] {
        let own = scopes.filter(Scope.ofIssuer.contains)
        let ofIssuer: [(ResourceURI?, [Scope])] = resources.isEmpty || !own.isEmpty ? [(nil, own)] : []
        return ofIssuer
            + resources.map { uri in
                let possible = known.first { $0.uri == uri }?.scopes ?? []
                return (uri, scopes.filter(possible.contains))
            }
    }
}
