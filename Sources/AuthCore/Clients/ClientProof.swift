/// What tells whether somebody is a client, and whose tokens concern it: all of a client that is needed where it gets none.
package struct ClientProof: Equatable, Sendable {
    /// Its `client_id`.
    package let id: ClientID
    /// Whether it has secrets.
    package let kind: ClientKind
    /// Where it may show its secret.
    package let secretPlace: ClientSecretPlace
    /// Since when it gets nothing; nil while it is not disabled.
    package let disabledAt: Timestamp?
    /// For whom it may ask for tokens, by their URIs.
    package let resources: [ResourceURI]
    /// The secrets that are kept of it, in no order; those that have ended may be among them.
    package let secrets: [ClientSecretRecord]

    /// A client with these columns, and these rows of secrets.
    package init(
        id: ClientID, kind: ClientKind, secretPlace: ClientSecretPlace, disabledAt: Timestamp?,
        resources: [ResourceURI], secrets: [ClientSecretRecord]
    ) {
        self.id = id
        self.kind = kind
        self.secretPlace = secretPlace
        self.disabledAt = disabledAt
        self.resources = resources
        self.secrets = secrets
    }

    /// That of a client that has these secrets.
    package init(of client: Client, _ secrets: [ClientSecretRecord]) {
        self.init(
            id: client.id, kind: client.kind, secretPlace: client.secretPlace, disabledAt: client.disabledAt,
            resources: client.resources, secrets: secrets)
    }

    /// Whether who sent these credentials is this client. Every secret is compared, in constant time.
    func isGiven(by credentials: ClientCredentials, at now: Timestamp) -> Bool {
        guard disabledAt == nil else { return false }
        switch kind {
        case .public: return credentials.digest == nil
        case .confidential:
            guard secretPlace == .any || secretPlace == credentials.place else { return false }
            return secrets.filter { $0.isValid(at: now) && $0.digest == credentials.digest }.isEmpty == false
        }
    }
}
