/// What a user sees of a client that has something of theirs.
package struct Application: Equatable, Sendable {
    /// By which it is named.
    package let id: ClientID
    /// What it is called; nil for a client that is gone.
    package let name: ClientName?
    /// Where it lives: the first of its redirect URIs.
    package let redirectURI: RedirectURI?
    /// What it may do.
    package let access: GrantedAccess
    /// When it first got something that it still has.
    package let since: Timestamp

    /// What of the user's clients have and may have without asking, client by client, by name.
    static func all(
        _ accesses: [ClientAccess], _ consents: [Consent], knowing clients: [ClientID: Client]
    ) -> [Application] {
        let agreed = consents.map { consent in
            ClientAccess(
                client: consent.client,
                access: GrantedAccess(scopes: consent.scopes, resources: consent.resource.map { [$0] } ?? []),
                since: consent.givenAt)
        }
        return Dictionary(grouping: accesses + agreed, by: \.client).map { id, parts in
            Application(
                id: id, name: clients[id]?.name, redirectURI: clients[id]?.redirectURIs.first,
                access: GrantedAccess(
                    scopes: Self.once(parts.flatMap(\.access.scopes)),
                    resources: Self.once(parts.flatMap(\.access.resources))),
                since: parts.lazy.map(\.since).min() ?? .init(seconds: 0))
        }.sorted { ($0.name?.text ?? "", $0.id.text) < ($1.name?.text ?? "", $1.id.text) }
    }

    private static func once<Value: Hashable>(_ values: [Value]) -> [Value] {
        var seen: Set<Value> = []
        return values.filter { seen.insert($0).inserted }
    }
}

/// What a client has of a user by grants that live: all that were given for the same.
package struct ClientAccess: Equatable, Sendable {
    /// Who has it.
    package let client: ClientID
    /// What it may do.
    package let access: GrantedAccess
    /// When the first of them was given.
    package let since: Timestamp

    /// Access with these columns.
    package init(client: ClientID, access: GrantedAccess, since: Timestamp) {
        self.client = client
        self.access = access
        self.since = since
    }
}
