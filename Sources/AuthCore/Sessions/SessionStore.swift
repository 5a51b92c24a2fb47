/// The sessions' slice of the store: what may be read. A session is found by SHA-256 of its cookie.
package protocol SessionReads {
    /// The session, if it is neither ended nor over at `moment`.
    func session(_ hash: [UInt8], at moment: Timestamp) throws -> Session?
    /// The living sessions of a user, newest first.
    func sessions(of user: UserID, at moment: Timestamp) throws -> [Session]
    /// The newest of them, at most `limit`, newest first: an account may have more than anybody wants to read.
    func newestSessions(of user: UserID, at moment: Timestamp, limit: Int) throws -> [Session]
    /// How many living sessions a user has.
    func sessionCount(of user: UserID, at moment: Timestamp) throws -> Int
    /// The living sessions of everybody whose ids are higher than `id`, lowest first, at most `limit` of them.
    func sessions(after id: String, at moment: Timestamp, limit: Int) throws -> [Session]
}

/// The sessions' slice of the store: what may be changed. Whatever ends a session writes, in the same unit of work, a
/// ``LogoutDelivery`` for each client that got tokens in it and wants to be told.
package protocol SessionWrites: SessionReads {
    /// Adds a session.
    /// - Parameter idleUntil: when it ends unless it is used.
    func insert(_ session: Session, hash: [UInt8], idleUntil: Timestamp) throws
    /// Notes that a session is used, if that was not noted within the last five minutes.
    func noteUse(ofSession hash: [UInt8], at moment: Timestamp, idleUntil: Timestamp) throws
    /// Gives a living session another cookie, its user's password having been checked again: once.
    /// - Returns: false where it is ended or over, or somebody was faster.
    func renewSession(_ hash: [UInt8], to newHash: [UInt8], at moment: Timestamp, idleUntil: Timestamp) throws -> Bool
    /// Ends a session.
    /// - Returns: false where it was ended before, or the user has none with this id.
    func endSession(_ id: String, of user: UserID, at moment: Timestamp) throws -> Bool
    /// Ends every session of a user.
    /// - Returns: their ids, an empty one for each that cannot be read.
    func endSessions(of user: UserID, at moment: Timestamp) throws -> [String]
    /// Ends every session there is.
    /// - Returns: how many.
    func endAllSessions(at moment: Timestamp) throws -> Int
    /// Deletes at most ``PruningPace/step`` sessions that were over before `moment`.
    /// - Returns: how many.
    func deleteSomeSessions(overBefore moment: Timestamp) throws -> Int
}
