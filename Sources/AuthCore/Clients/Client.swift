/// Whether a client can keep a secret: RFC 6749 §2.1.
package enum ClientKind: String, Sendable {
    /// It runs on a server, and proves itself with a secret.
    case confidential
    /// It runs in front of a user, and has none.
    case `public`
}

/// How a client gets tokens: the `grant_type` of RFC 6749 §4 and §6.
package enum GrantType: String, CaseIterable, Sendable {
    case authorizationCode = "authorization_code"
    case refreshToken = "refresh_token"
    case clientCredentials = "client_credentials"
}

/// Whether a user is asked before a client gets anything.
package enum ConsentPolicy: String, CaseIterable, Sendable {
    /// An operator gave consent for everybody, by registering the client.
    case implicit
    /// The user is shown a page with Allow and Deny.
    case explicit
}

/// Where a client that has a secret may show it: the words of RFC 7591 §2, and one for both.
package enum ClientSecretPlace: String, CaseIterable, Sendable {
    /// In HTTP Basic or in the form, as it likes: libraries differ in what they try first.
    case any
    /// In HTTP Basic alone.
    case basic = "client_secret_basic"
    /// In the form alone.
    case post = "client_secret_post"
}

/// An OAuth client as an operator registered it.
package struct Client: Equatable, Sendable {
    /// Its `client_id`.
    package let id: ClientID
    /// What users are shown.
    package let name: ClientName
    /// Whether it has secrets.
    package let kind: ClientKind
    /// Where it may show its secret; says nothing of one that has none.
    package let secretPlace: ClientSecretPlace
    /// Where a user may be sent with a code; empty for a client that uses no codes.
    package let redirectURIs: [RedirectURI]
    /// Where a user may be sent after signing out.
    package let postLogoutRedirectURIs: [RedirectURI]
    /// Where it is told that a session ended; nil where it wants to hear nothing.
    package let backchannelLogoutURI: BackchannelLogoutURI?
    /// How it may get tokens.
    package let grants: [GrantType]
    /// What it may ask for at the most, of the issuer and of its resources.
    package let scopes: [Scope]
    /// For whom it may ask for tokens, by their URIs.
    package let resources: [ResourceURI]
    /// Whether users are asked.
    package let consent: ConsentPolicy
    /// Whether an operator wants a code challenge of a confidential client: a public one needs it anyhow.
    package let requirePKCE: Bool
    /// When it first sent a code challenge, where that was noted.
    package let pkceSeenAt: Timestamp?
    /// When it was registered.
    package let createdAt: Timestamp
    /// Since when it gets nothing; nil while it is not disabled.
    package let disabledAt: Timestamp?

    /// A client with these columns.
    package init(
        id: ClientID, name: ClientName, kind: ClientKind, secretPlace: ClientSecretPlace = .any,
        redirectURIs: [RedirectURI], postLogoutRedirectURIs: [RedirectURI] = [],
        backchannelLogoutURI: BackchannelLogoutURI? = nil, grants: [GrantType], scopes: [Scope],
        resources: [ResourceURI] = [],
        consent: ConsentPolicy = .implicit, requirePKCE: Bool = false, pkceSeenAt: Timestamp? = nil,
        createdAt: Timestamp, disabledAt: Timestamp? = nil
    ) {
        self.id = id
        self.name = name
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
        self.pkceSeenAt = pkceSeenAt
        self.createdAt = createdAt
        self.disabledAt = disabledAt
    }
}

extension Client {
    /// Whether an authorization request without a code challenge is refused (RFC 9700 §2.1.1, §4.8.2): always for a public
    /// client; for a confidential one once it has sent one, or when an operator says so.
    package var needsPKCE: Bool { kind == .public || requirePKCE || pkceSeenAt != nil }

    /// How it proves itself, in the word of RFC 7591 §2, which has none for both ways: Basic stands for them.
    package var tokenEndpointAuthMethod: String {
        kind == .public ? "none" : (secretPlace == .post ? ClientSecretPlace.post : .basic).rawValue
    }

    /// Whether `uri` of an authorization request may be answered to: one of those that were registered, byte for byte; a
    /// public client's on loopback with any port (RFC 8252 §7.3).
    package func mayRedirect(to uri: String) -> Bool {
        redirectURIs.contains { $0.matches(uri, withAnyPort: kind == .public) }
    }

    /// Whether `uri` of a request to sign out may be answered to (OpenID Connect RP-Initiated Logout 1.0 §3).
    package func mayRedirectAfterLogout(to uri: String) -> Bool {
        postLogoutRedirectURIs.contains { $0.matches(uri, withAnyPort: kind == .public) }
    }
}
