/// What a user gave a client: the unit that is ended. Its code, its refresh tokens and its access tokens hang on it.
package struct Grant: Equatable, Sendable {
    /// Random, and in its tokens.
    package let id: GrantID
    /// Whose it is.
    package let user: UserID
    /// Who may use it.
    package let client: ClientID
    /// `sid` of the browser's session that it was given in.
    package let session: String?
    /// Granted scopes, in the order in which they were asked for.
    package let scopes: [Scope]
    /// Granted resources (RFC 8707), as they are registered; empty for the server's own audience.
    package let resources: [ResourceURI]
    /// `auth_time`: when the user's password was checked for it.
    package let authenticatedAt: Timestamp
    /// Whether it outlives the session: `offline_access` was granted (OpenID Connect Core §11).
    package let isOffline: Bool
    /// When it was given.
    package let createdAt: Timestamp
    /// When it ends at the latest, whatever is refreshed.
    package let expiresAt: Timestamp

    /// A grant with these columns.
    package init(
        id: GrantID = .random(), user: UserID, client: ClientID, session: String?, scopes: [Scope],
        resources: [ResourceURI] = [], authenticatedAt: Timestamp, isOffline: Bool = false, createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.user = user
        self.client = client
        self.session = session
        self.scopes = scopes
        self.resources = resources
        self.authenticatedAt = authenticatedAt
        self.isOffline = isOffline
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }
}

/// Why a grant was ended before its time; the words stand in the database.
package enum GrantEnd: String, Sendable, CaseIterable {
    /// A refresh token came back that its owner cannot have any more (RFC 9700 §4.14.2).
    case refreshReuse = "refresh_reuse"
    /// A code was used twice (RFC 6749 §4.1.2).
    case codeReuse = "code_reuse"
    /// The client revoked a token of it (RFC 7009).
    case revoked
    /// The user signed out.
    case signedOut = "signed_out"
    /// The user took it from the client.
    case consentWithdrawn = "consent_withdrawn"
    /// The password was changed or reset.
    case passwordChanged = "password_changed"
    /// The account was disabled.
    case disabled
    /// The client is gone or was disabled.
    case clientGone = "client_gone"
    /// The one resource that it was for is gone.
    case resourceGone = "resource_gone"
    /// A copy of the database was put back: what was revoked or rotated since cannot be told any more.
    case restored
}
