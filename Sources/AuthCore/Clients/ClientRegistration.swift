/// What an operator says of a client that is to be, or of one as it is to be from now on. The rules are those of RFC 7591 §2, RFC 8252 and RFC 9700.
package struct ClientRegistration: Sendable {
    /// What users are shown.
    package var name: String
    /// A chosen id; nil for a random one.
    package var id: String?
    /// Whether it can keep a secret.
    package var kind: ClientKind
    /// Where it may show its secret.
    package var secretPlace: ClientSecretPlace
    /// Where users are sent with a code.
    package var redirectURIs: [String]
    /// Where users are sent after signing out.
    package var postLogoutRedirectURIs: [String]
    /// Where it is told that a session ended; nil for nowhere.
    package var backchannelLogoutURI: String?
    /// How it gets tokens; empty for codes and refresh tokens.
    package var grants: [GrantType]
    /// What it may ask for; empty for what fits its grants and its resources.
    package var scopes: [String]
    /// For whom it may ask for tokens, as they were registered.
    package var resources: [String]
    /// Whether users are asked; nil for what fits.
    package var consent: ConsentPolicy?
    /// Whether a code challenge is wanted from the first request on.
    package var requirePKCE: Bool
    /// Whether a client without scopes gets what fits: not one that there is.
    private var fillsInScopes = true

    /// A registration, which nobody has checked.
    package init(
        name: String, id: String? = nil, kind: ClientKind = .confidential, secretPlace: ClientSecretPlace = .any,
        redirectURIs: [String] = [], postLogoutRedirectURIs: [String] = [], backchannelLogoutURI: String? = nil,
        grants: [GrantType] = [], scopes: [String] = [],
        resources: [String] = [], consent: ConsentPolicy? = nil, requirePKCE: Bool = false
    ) {
        self.name = name
        self.id = id
        self.kind = kind
        self.secretPlace = secretPlace
        self.redirectURIs = redirectURIs
        self.postLogoutRedirectURIs = postLogoutRedirectURIs
        self.backchannelLogoutURI = backchannelLogoutURI
        self.grants = grants
        self.scopes = scopes
        self.resources = resources
        self.consent = consent
        self.requirePKCE = requirePKCE
    }

    /// What would make a client that there is, as it is.
    package init(of client: Client) {
        self.init(
            name: client.name.text, id: client.id.text, kind: client.kind, secretPlace: client.secretPlace,
            redirectURIs: client.redirectURIs.map(\.text),
            postLogoutRedirectURIs: client.postLogoutRedirectURIs.map(\.text),
            backchannelLogoutURI: client.backchannelLogoutURI?.text, grants: client.grants,
            scopes: client.scopes.map(\.name), resources: client.resources.map(\.text), consent: client.consent,
            requirePKCE: client.requirePKCE)
        fillsInScopes = false
    }

    /// The client, once everything is known to be right.
    /// - Parameter known: the resources that there are.
    /// - Throws: ``OperatorError/refused(_:)`` that names what is wrong, and the remedy.
    package func client(at now: Timestamp, knowing known: [Resource]) throws(OperatorError) -> Client {
        if kind == .public, secretPlace != .any {
            throw .refused("a public client has no secret to show: leave out --token-endpoint-auth-method, or --public")
        }
        let grants = try checkedGrants()
        let redirects = try uris(redirectURIs)
        let resources = try checkedResources(known)
        return Client(
            id: try checkedID(), name: try checkedName(), kind: kind, secretPlace: secretPlace, redirectURIs: redirects,
            postLogoutRedirectURIs: try uris(postLogoutRedirectURIs),
            backchannelLogoutURI: try checkedBackchannelLogoutURI(), grants: grants,
            scopes: try checkedScopes(grants, resources), resources: resources.map(\.uri),
            consent: consent ?? Self.consent(for: kind, redirects), requirePKCE: requirePKCE, createdAt: now)
    }

    /// Nobody can tell which program on a user's machine answers to a port or a scheme: the user is asked
    /// (OAuth 2.1 §8, RFC 8252 §8.6).
    private static func consent(for kind: ClientKind, _ redirects: [RedirectURI]) -> ConsentPolicy {
        kind == .public && redirects.contains { $0.isLoopback || $0.isPrivateUse } ? .explicit : .implicit
    }

    private func checkedID() throws(OperatorError) -> ClientID {
        guard let id else { return .random() }
        guard let checked = ClientID(id) else {
            throw .refused(
                "the id has 1 to \(ClientID.maximumLength) of the characters A-Z a-z 0-9 - . _ ~, the first a letter or a digit"
            )
        }
        // In the tokens of its own it is the subject (RFC 9068 §2.2).
        guard !id.utf8.allSatisfy(\.isDigit) else {
            throw .refused("the id is a number, as users' are: put a letter in it")
        }
        return checked
    }

    private func checkedName() throws(OperatorError) -> ClientName {
        do { return try ClientName(name) } catch { throw .refused(error.description) }
    }

    private func checkedGrants() throws(OperatorError) -> [GrantType] {
        let grants =
            self.grants.isEmpty
            ? [.authorizationCode, .refreshToken] : GrantType.allCases.filter(self.grants.contains)
        let usesCodes = grants.contains(.authorizationCode)
        if kind == .public, grants.contains(.clientCredentials) {
            throw .refused("a public client has no credentials: leave out client_credentials, or --public")
        }
        if grants.contains(.refreshToken), !usesCodes {
            throw .refused("refresh_token goes with authorization_code: name both, or leave it out")
        }
        if usesCodes, redirectURIs.isEmpty {
            throw .refused("a client that uses codes needs --redirect-uri, at least once")
        }
        if !usesCodes, backchannelLogoutURI != nil {
            throw .refused("a client without authorization_code has no sessions: leave out --backchannel-logout-uri")
        }
        if !usesCodes, !redirectURIs.isEmpty || !postLogoutRedirectURIs.isEmpty {
            throw .refused("a client without authorization_code sends nobody anywhere: leave out its redirect URIs")
        }
        return grants
    }

    private func uris(_ texts: [String]) throws(OperatorError) -> [RedirectURI] {
        var uris: [RedirectURI] = []
        for text in texts {
            do {
                let uri = try RedirectURI(text, for: kind)
                if !uris.contains(uri) { uris.append(uri) }
            } catch { throw .refused("\(text): \(error)") }
        }
        return uris
    }

    private func checkedBackchannelLogoutURI() throws(OperatorError) -> BackchannelLogoutURI? {
        guard let text = backchannelLogoutURI else { return nil }
        do { return try BackchannelLogoutURI(text) } catch { throw .refused("\(text): \(error)") }
    }

    private func checkedResources(_ known: [Resource]) throws(OperatorError) -> [Resource] {
        var found: [Resource] = []
        for text in resources {
            guard let resource = known.first(where: { $0.uri.matches(text) }) else {
                throw .refused(
                    "there is no resource \(text): resources add makes it, resources list shows those that there are")
            }
            if !found.contains(resource) { found.append(resource) }
        }
        return found
    }

    private func checkedScopes(_ grants: [GrantType], _ resources: [Resource]) throws(OperatorError) -> [Scope] {
        let usesCodes = grants.contains(.authorizationCode)
        let possible = (usesCodes ? Scope.ofIssuer : []) + resources.flatMap(\.scopes)
        var checked: [Scope] = []
        for name in scopes.isEmpty && fillsInScopes ? possible.map(\.name) : scopes {
            guard let scope = possible.first(where: { $0.name == name }) else {
                throw .refused(
                    "\(name) is no scope of this client: those of the issuer are"
                        + " \(Scope.ofIssuer.map(\.name).joined(separator: ", ")), for clients that use codes; others belong to a"
                        + " --resource (resources list shows them)")
            }
            if !checked.contains(scope) { checked.append(scope) }
        }
        return checked
    }
}
