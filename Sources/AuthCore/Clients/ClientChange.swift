/// What an operator wants otherwise of a client: what is given takes the place of what there was, and nothing else changes.
/// An empty text, alone in a list, stands for nothing.
package struct ClientChange: Sendable {
    /// What users are shown.
    package var name: String?
    /// Where it may show its secret.
    package var secretPlace: ClientSecretPlace?
    /// Where users are sent with a code.
    package var redirectURIs: [String] = []
    /// Where users are sent after signing out.
    package var postLogoutRedirectURIs: [String] = []
    /// Where it is told that a session ended.
    package var backchannelLogoutURI: String?
    /// How it gets tokens.
    package var grants: [GrantType] = []
    /// What it may ask for.
    package var scopes: [String] = []
    /// For whom it may ask for tokens, as they were registered.
    package var resources: [String] = []
    /// Whether users are asked.
    package var consent: ConsentPolicy?
    /// Whether a code challenge is wanted from the first request on.
    package var requirePKCE: Bool?

    /// Nothing.
    package init() {}

    /// What `client` is then, with what nobody registers as it is.
    /// - Parameter known: the resources that there are.
    /// - Throws: ``OperatorError/refused(_:)`` for what is refused of a client that is registered.
    package func applied(to client: Client, knowing known: [Resource]) throws(OperatorError) -> Client {
        func list(_ new: [String], _ old: [String]) -> [String] { new.isEmpty ? old : new == [""] ? [] : new }
        let old = ClientRegistration(of: client)
        var new = old
        new.name = name ?? old.name
        new.secretPlace = secretPlace ?? old.secretPlace
        new.redirectURIs = list(redirectURIs, old.redirectURIs)
        new.postLogoutRedirectURIs = list(postLogoutRedirectURIs, old.postLogoutRedirectURIs)
        new.backchannelLogoutURI = backchannelLogoutURI.map { $0.isEmpty ? nil : $0 } ?? old.backchannelLogoutURI
        new.grants = grants.isEmpty ? old.grants : grants
        new.scopes = list(scopes, old.scopes)
        new.resources = list(resources, old.resources)
        new.consent = consent ?? old.consent
        new.requirePKCE = requirePKCE ?? old.requirePKCE
        return try new.client(at: client.createdAt, knowing: known).with(
            pkceSeenAt: client.pkceSeenAt, disabledAt: client.disabledAt)
    }
}

extension Client {
    fileprivate func with(pkceSeenAt: Timestamp?, disabledAt: Timestamp?) -> Client {
        Client(
            id: id, name: name, kind: kind, secretPlace: secretPlace, redirectURIs: redirectURIs,
            postLogoutRedirectURIs: postLogoutRedirectURIs, backchannelLogoutURI: backchannelLogoutURI, grants: grants,
            scopes: scopes, resources: resources.sorted { $0.text < $1.text }, consent: consent,
            requirePKCE: requirePKCE, pkceSeenAt: pkceSeenAt, createdAt: createdAt, disabledAt: disabledAt)
    }
}
