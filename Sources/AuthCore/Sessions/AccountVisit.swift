/// Why somebody signs in for the account's own page, which no client asked for.
package enum AccountVisit: String, Codable, Sendable {
    /// To look at it: any session of the user's will do.
    case look
    /// To change something: the password has to have been checked lately, see ``Session/isFresh(at:)``.
    case change
}

extension Session {
    /// For so long after the password was checked nobody is asked for it again before something is changed.
    package static let freshness: Duration = .seconds(900)

    /// Whether the password was checked lately.
    package func isFresh(at now: Timestamp) -> Bool { now - authenticatedAt <= Self.freshness }
}
