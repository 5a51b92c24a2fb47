/// Use case: an operator wants to know how the logins of one client would go. All is decided as it is for the client
/// itself; nothing is written, and nobody signs in.
package struct RehearseLogin: Sendable {
    /// What the client is configured with, as far as somebody said so.
    package struct Configuration: Sendable {
        /// Where it has its users sent; nil for each that is registered.
        package var redirectURI: String?
        /// What it asks for; nil for all that it is registered with.
        package var scope: String?
        /// For whom it asks for tokens (RFC 8707); empty for what its scopes say.
        package var resources: [String]
        /// What it proves itself with.
        package var secret: Secret?

        /// A configuration.
        package init(
            redirectURI: String? = nil, scope: String? = nil, resources: [String] = [], secret: Secret? = nil
        ) {
            self.redirectURI = redirectURI
            self.scope = scope
            self.resources = resources
            self.secret = secret
        }
    }

    /// In one unit of work: millions of accounts hold up nobody.
    private static let page = 1_000
    /// The one of RFC 7636 appendix B.
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    private let store: any Store
    private let time: any TimeSource
    private let issuing: IssueTokens.Configuration

    /// On this store.
    /// - Parameter issuing: how tokens are issued.
    package init(store: any Store, time: any TimeSource, issuing: IssueTokens.Configuration) {
        self.store = store
        self.time = time
        self.issuing = issuing
    }

    /// Goes through the login of the client with this id.
    /// - Throws: ``OperatorError/refused(_:)`` when there is none.
    package func callAsFunction(_ id: String, _ configuration: Configuration) async throws -> LoginRehearsal {
        let accounts = try await tally()
        let now = time.now
        let digest = configuration.secret.map { ClientSecretDigest(of: $0) }
        return try await store.read { transaction in
            let client = try transaction.requireClient(id)
            let known = try transaction.resources()
            let secrets = try transaction.secrets(of: client.id).filter { $0.isValid(at: now) }
            let keys = try transaction.keys().compactMap(\.lifecycle)
            return LoginRehearsal(
                client: client, secrets: secrets,
                isSecretRight: digest.map { digest in !secrets.filter { $0.digest == digest }.isEmpty },
                resources: known.filter { client.resources.contains($0.uri) },
                signingKey: keys.first { $0.state == .active && $0.algorithm == .rs256 }?.id,
                requests: requests(client, configuration, knowing: known),
                own: own(client, configuration, knowing: known), accounts: accounts)
        }
    }

    private func tally() async throws -> AccountTally {
        var (tally, last) = (AccountTally(), UserID.min)
        while true {
            let after = last
            let page = try await store.read { transaction in
                try transaction.accounts(after: after, limit: Self.page)
            }
            for account in page { tally.count(account) }
            guard page.count == Self.page, let end = page.last else { return tally }
            last = end.id
        }
    }

    private func requests(
        _ client: Client, _ configuration: Configuration, knowing known: [Resource]
    ) -> [LoginRehearsal.Request] {
        guard client.grants.contains(.authorizationCode) else { return [] }
        let uris = configuration.redirectURI.map { [$0] } ?? client.redirectURIs.map(\.text)
        return uris.map { uri in
            LoginRehearsal.Request(
                redirectURI: uri,
                outcome: Result { () throws(AuthorizationRefusal) in
                    let request = try AuthorizationRequest(
                        Self.parameters(client, uri, configuration), of: client, knowing: known)
                    let refreshes =
                        client.grants.contains(.refreshToken) || request.access.scopes.contains(.offlineAccess)
                    return tokens(client, request.access, known, refreshes: refreshes)
                })
        }
    }

    private static func parameters(
        _ client: Client, _ redirectURI: String, _ configuration: Configuration
    ) -> RequestParameters {
        let scope = configuration.scope ?? client.scopes.map(\.name).joined(separator: " ")
        return RequestParameters(
            [
                ("response_type", "code"), ("client_id", client.id.text), ("redirect_uri", redirectURI),
                ("scope", scope), ("state", "s"), ("nonce", "n"), ("code_challenge", challenge),
                ("code_challenge_method", "S256"),
            ] + configuration.resources.map { ("resource", $0) })
    }

    private func own(
        _ client: Client, _ configuration: Configuration, knowing known: [Resource]
    ) -> Result<LoginRehearsal.Tokens, AccessRefusal>? {
        guard client.kind == .confidential, client.grants.contains(.clientCredentials) else { return nil }
        let asked = configuration.resources
        let isSilent = asked.isEmpty && configuration.scope == nil
        return Result { () throws(AccessRefusal) in
            let allowed = try GrantedAccess.allowed(
                to: client, scope: configuration.scope, resources: isSilent ? client.resources.map(\.text) : asked,
                knowing: known)
            let access = GrantedAccess(
                scopes: allowed.scopes.filter { !Scope.ofIssuer.contains($0) }, resources: allowed.resources)
            return tokens(client, access, known, refreshes: false)
        }
    }

    private func tokens(
        _ client: Client, _ access: GrantedAccess, _ known: [Resource], refreshes: Bool
    ) -> LoginRehearsal.Tokens {
        let given = GivenAccess(
            client: client, access: access, knowing: known, usualAudience: issuing.audience)
        return LoginRehearsal.Tokens(
            scopes: access.scopes, audience: given.audience, tokenType: given.tokenType,
            accessLifetime: issuing.lifetimes.access(
                for: given.resources, withRefresh: refreshes, from: time.now, until: nil),
            identityLifetime: access.scopes.contains(.openID) ? issuing.lifetimes.identity : nil, refreshes: refreshes)
    }
}
