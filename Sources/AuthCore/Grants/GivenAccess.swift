/// What a token request is given: decided in the unit of work, signed after it.
struct GivenAccess: Sendable {
    let client: Client
    /// nil for a client's own token.
    let grant: Grant?
    /// Whose grant it is.
    let account: Account?
    /// What of the grant the tokens are for.
    let access: GrantedAccess
    /// The resources among ``access``.
    let resources: [Resource]
    /// `aud`, never empty.
    let audience: [String]
    /// For an ID token.
    var nonce: String?
    /// To be handed out; nil for none.
    var refreshToken: String?

    /// - Parameter usualAudience: for tokens that are for no resource.
    init(
        client: Client, grant: Grant? = nil, account: Account? = nil, access: GrantedAccess, knowing known: [Resource],
        usualAudience: String, nonce: String? = nil, refreshToken: String? = nil
    ) {
        self.client = client
        self.grant = grant
        self.account = account
        self.access = access
        resources = known.filter { access.resources.contains($0.uri) }
        audience = access.resources.isEmpty ? [usualAudience] : access.resources.map(\.text)
        self.nonce = nonce
        self.refreshToken = refreshToken
    }

    var subject: String { grant.map { String($0.user) } ?? client.id.text }

    /// `JWT` where every resource wants that.
    var tokenType: TokenType { !resources.isEmpty && resources.allSatisfy { $0.tokenType == .jwt } ? .jwt : .atJWT }

    /// Whether an ID token is given: with `openid`, and where there is somebody to identify.
    var identifies: Bool { grant != nil && access.scopes.contains(.openID) }
}
