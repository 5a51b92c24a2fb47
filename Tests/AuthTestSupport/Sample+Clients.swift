package import AuthCore

extension Sample {
    /// A confidential client with one redirect URI.
    package static func client(
        _ id: String, kind: ClientKind = .confidential, resources: [String] = [], createdAt: Timestamp = now
    ) throws -> Client {
        Client(
            id: try clientID(id), name: try ClientName("Client \(id)"), kind: kind,
            redirectURIs: [RedirectURI(stored: "https://\(id).example/callback")],
            grants: [.authorizationCode, .refreshToken], scopes: [.openID, .email],
            resources: resources.map(ResourceURI.init(stored:)), createdAt: createdAt)
    }

    /// The id with this text, which has to be one.
    package static func clientID(_ text: String) throws -> ClientID {
        guard let id = ClientID(text) else { throw LawBroken(description: "\(text) is no id of a client") }
        return id
    }

    /// What is kept of the secret with this text.
    package static func digest(_ secret: String) -> ClientSecretDigest { ClientSecretDigest(of: Secret(secret)) }

    /// A resource with these scopes.
    package static func resource(_ uri: String, scopes: [String] = []) -> Resource {
        Resource(uri: ResourceURI(stored: uri), scopes: scopes.map(Scope.init(stored:)), createdAt: now)
    }
}
