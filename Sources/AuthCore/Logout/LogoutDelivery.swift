/// That one client has to be told of the end of one session: OpenID Connect Back-Channel Logout 1.0 §2.5. It is written
/// with the end itself and goes when the client was told, so that a server that dies loses none.
package struct LogoutDelivery: Equatable, Sendable {
    /// For so long it is tried.
    package static let longest: Duration = .seconds(24 * 3_600)
    /// For so long it can be seen that it was given up.
    package static let shown: Duration = .seconds(7 * 86_400)
    private static let shortestPause: Duration = .seconds(5)
    private static let longestPause: Duration = .seconds(3_600)

    /// `sid` of the session that ended.
    package let session: String
    /// Who is told.
    package let client: ClientID
    /// Whose session it was.
    package let user: UserID
    /// When the session ended.
    package let createdAt: Timestamp
    /// How often it was tried, this time included.
    package let attempts: Int64
    /// When it is tried next; nil once it was given up.
    package let nextAt: Timestamp?
    /// Why it failed the last time.
    package let failure: String?

    /// A delivery with these columns.
    package init(
        session: String, client: ClientID, user: UserID, createdAt: Timestamp, attempts: Int64, nextAt: Timestamp?,
        failure: String?
    ) {
        self.session = session
        self.client = client
        self.user = user
        self.createdAt = createdAt
        self.attempts = attempts
        self.nextAt = nextAt
        self.failure = failure
    }

    /// What becomes of a delivery that was tried.
    package enum Step: Equatable, Sendable {
        /// The client knows.
        case delivered
        /// It is tried again.
        case again(at: Timestamp, failure: String)
        /// It is not.
        case givenUp(failure: String)
    }

    /// Whether it is too late for another try.
    package func isOver(at now: Timestamp) -> Bool { now - createdAt >= Self.longest }

    /// What follows from an answer, by §2.8 of the specification 200 or 204 where all is well: the pauses double from five
    /// seconds to an hour.
    /// - Parameter share: between 0 and 1, by chance: so that many that failed together do not come back together.
    package func step(
        after answer: Result<OutgoingAnswer, OutgoingFailure>, at now: Timestamp, share: Double
    ) -> Step {
        let failure: String
        switch answer {
        case .success(let answer) where [200, 204].contains(answer.status): return .delivered
        case .success(let answer): failure = "status \(answer.status)"
        case .failure(let reason): failure = reason.rawValue
        }
        let doublings = max(0, min(20, attempts - 1))
        let whole = min(Self.longestPause, Self.shortestPause * (1 << doublings))
        // From three quarters of it to five.
        let next = now + .milliseconds(Int64(Double(whole.milliseconds) * (0.75 + share / 2)))
        return isOver(at: next) ? .givenUp(failure: failure) : .again(at: next, failure: failure)
    }
}
