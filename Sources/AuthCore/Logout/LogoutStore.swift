// Logout owns how a session is ended at a client's wish, and how clients are told that one ended. It must not know how
// they are asked (that is Outgoing's).

/// The slice of the store about who is told that a session ended: what may be read.
package protocol LogoutReads {
    /// When the first delivery is due; nil where none is pending.
    func nextLogoutDelivery() throws -> Timestamp?
    /// The deliveries that are pending or were given up, by session and client, behind `last`, at most `limit` of them.
    func logoutDeliveries(after last: LogoutDelivery?, limit: Int) throws -> [LogoutDelivery]
    /// A key that has left the JWK Set, if it is still known at `moment`.
    func retiredKey(_ id: KeyID, at moment: Timestamp) throws -> RetiredKey?
    /// Whose session this is, over or not; nil for one that there is not.
    func user(ofSession id: String) throws -> UserID?
}

/// The slice of the store about who is told that a session ended: what may be changed. What ends sessions
/// (``SessionWrites``) writes the deliveries itself, so that no way of ending one can forget them.
package protocol LogoutWrites: LogoutReads {
    /// Notes that a client has to be told of the end of a session, if it wants to be.
    /// - Parameter end: when the session ends at the latest.
    func note(_ client: ClientID, in session: String, until end: Timestamp) throws
    /// Takes deliveries that are due, the oldest first; each is taken by one, who counts as trying it until `lease`.
    func claimLogoutDeliveries(at moment: Timestamp, until lease: Timestamp, limit: Int) throws -> [LogoutDelivery]
    /// What became of a delivery as it was claimed. One that somebody else claimed meanwhile is left to them, unless it was
    /// delivered: that is for good.
    func settle(_ delivery: LogoutDelivery, _ step: LogoutDelivery.Step) throws
    /// Keeps the public half of a key that leaves the JWK Set.
    func keep(_ key: RetiredKey) throws
    /// Has a key that has left the JWK Set known no more.
    /// - Returns: false where it was not.
    func forgetRetiredKey(_ id: KeyID) throws -> Bool
    /// Deletes at most ``PruningPace/step`` each of the deliveries, of the clients of sessions, and of the retired keys that were over before
    /// `moment`.
    /// - Returns: how many.
    func deleteSomeLogouts(overBefore moment: Timestamp) throws -> Int
}

/// The public half of a key that signs no more and is shown to nobody: an ID token under it may still come back as a hint.
package struct RetiredKey: Equatable, Sendable {
    /// The `kid` of its tokens.
    package let id: KeyID
    /// The `alg` of its tokens.
    package let algorithm: KeyAlgorithm
    /// As ``PublicKey`` encodes it.
    package let encoded: [UInt8]
    /// Until when it is known.
    package let expiresAt: Timestamp

    /// A key with these columns.
    package init(id: KeyID, algorithm: KeyAlgorithm, encoded: [UInt8], expiresAt: Timestamp) {
        self.id = id
        self.algorithm = algorithm
        self.encoded = encoded
        self.expiresAt = expiresAt
    }
}
