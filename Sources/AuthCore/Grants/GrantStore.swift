/// The grants' slice of the store: what may be read.
package protocol GrantReads {
    /// The grant, if it is neither ended nor over at `moment`.
    func grant(_ id: GrantID, at moment: Timestamp) throws -> Grant?
    /// Whether there is a code with this hash, used or not.
    func hasCode(_ hash: [UInt8]) throws -> Bool
    /// The grant whose living refresh token this is, if it may be used at `moment`: the newest, not one before it.
    func grant(of token: RefreshToken, at moment: Timestamp) throws -> Grant?
    /// What clients have of a user by grants that are neither ended nor over at `moment`, and whose refresh tokens are not
    /// either: of several for the same one row, the oldest first.
    func accesses(of user: UserID, at moment: Timestamp) throws -> [ClientAccess]
    /// How many grants are neither ended nor over at `moment`, and their refresh tokens not either.
    func livingGrants(at moment: Timestamp) throws -> Int
    /// Of the account on whose behalf a token acts, if at `moment` nothing has ended that the token hangs on: it was not
    /// revoked by itself, its grant is this user's to this client, neither ended nor over, and neither of the two is disabled.
    func claims(behind token: GrantedToken, at moment: Timestamp) throws -> AccountClaims?
    /// Of the account for which a token stands that hangs on no grant, if the token was not revoked by itself and the account
    /// is not disabled.
    func claims(of user: UserID, behind tokenID: String) throws -> AccountClaims?
    /// Whether a client's own token stands for it: the token was not revoked by itself, and the client is not disabled.
    func stands(_ client: ClientID, behind tokenID: String) throws -> Bool
}

/// The grants' slice of the store: what may be changed. What may happen only once is decided by one statement each.
package protocol GrantWrites: GrantReads {
    /// Adds a grant, as yet without a refresh token.
    func insert(_ grant: Grant) throws
    /// Adds the code that a grant is fetched with.
    func insert(_ code: AuthorizationCode) throws
    /// Uses a code up: once, whoever comes at the same time, and only where everything it is bound to is right. What is
    /// wrong changes nothing.
    func redeem(_ redemption: CodeRedemption, at moment: Timestamp) throws -> CodeRedemption.Outcome
    /// Lets the grant have refresh tokens from now on, beginning with generation 0.
    /// - Returns: false where the grant is ended or over.
    func startRefreshing(_ id: GrantID, at moment: Timestamp, idleUntil: Timestamp) throws -> Bool
    /// Takes a refresh token, see ``RefreshPresentation``. Where it was reused the grant is ended by the same statement.
    func present(_ token: RefreshPresentation, at moment: Timestamp) throws -> RefreshPresentation.Outcome
    /// Ends a grant.
    /// - Returns: false where it was ended before, or there is none.
    func endGrant(_ id: GrantID, for reason: GrantEnd, at moment: Timestamp) throws -> Bool
    /// Ends every grant of a user.
    /// - Returns: how many.
    func endGrants(of user: UserID, for reason: GrantEnd, at moment: Timestamp) throws -> Int
    /// Ends what a user gave one client.
    /// - Returns: how many grants.
    func endGrants(of user: UserID, to client: ClientID, for reason: GrantEnd, at moment: Timestamp) throws -> Int
    /// Ends the grants of a browser's session, but for those that outlive it.
    /// - Returns: how many.
    func endGrants(ofSession session: String, for reason: GrantEnd, at moment: Timestamp) throws -> Int
    /// Ends every grant of a client.
    /// - Returns: how many.
    func endGrants(ofClient client: ClientID, for reason: GrantEnd, at moment: Timestamp) throws -> Int
    /// Takes a resource from every grant, and ends those that were for it alone: without any they would be for the
    /// server's own audience, which nobody gave.
    /// - Returns: how many were ended.
    func endGrants(ofResource uri: ResourceURI, for reason: GrantEnd, at moment: Timestamp) throws -> Int
    /// Ends every grant there is.
    /// - Returns: how many.
    func endAllGrants(for reason: GrantEnd, at moment: Timestamp) throws -> Int
    /// Revokes one access token until it expires.
    func revoke(tokenID: String, until end: Timestamp) throws
    /// Deletes at most ``PruningPace/step`` each of the grants, codes and revoked tokens that were over before `moment`; with a
    /// code that nobody brought what it would have fetched, too.
    /// - Returns: how many.
    func deleteSomeGrants(overBefore moment: Timestamp) throws -> Int
}

/// An access token that hangs on a grant, by what it says of itself.
package struct GrantedToken: Equatable, Sendable {
    /// `jti`.
    package let tokenID: String
    /// `gid`.
    package let grant: GrantID
    /// `client_id`.
    package let client: ClientID
    /// `sub`.
    package let user: UserID

    /// A token that says this.
    package init(tokenID: String, grant: GrantID, client: ClientID, user: UserID) {
        self.tokenID = tokenID
        self.grant = grant
        self.client = client
        self.user = user
    }
}
