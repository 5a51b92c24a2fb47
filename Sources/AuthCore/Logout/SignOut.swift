/// Use case: the user in front of a browser leaves, at a client's wish or their own (`/logout`): OpenID Connect RP-Initiated
/// Logout 1.0. Nobody is signed out by a link alone: either the hint is of the very session that the browser has, or the
/// user is asked, and their word holds for that session, which ends once.
package struct SignOut: Sendable {
    /// What the browser is shown.
    package enum Outcome: Equatable, Sendable {
        /// Nobody is signed in any more.
        case signedOut(Return)
        /// Whether to sign out.
        case question(Question)
    }

    /// Where the browser goes.
    package struct Return: Equatable, Sendable {
        /// A URI that the client registered for it; nil for a page of ours.
        package let uri: String?
        /// What the client wants back.
        package let state: String?
        /// Why it does not go where the request wants it to.
        package let obstacle: LogoutObstacle?
        /// The client that asked, where it is known.
        package let client: Client?
    }

    /// What a user is asked.
    package struct Question: Equatable, Sendable {
        /// Who is signed in.
        package let username: String
        /// Which the answer has to name again.
        package let session: String
        /// Who asked, where that is known.
        package let client: Client?
        /// Why the browser will not go where the request wants it to.
        package let obstacle: LogoutObstacle?
    }

    private let store: any Store
    private let time: any TimeSource
    private let hint: IDTokenHint

    /// Over the sessions of `store`.
    package init(store: any Store, time: any TimeSource, hint: IDTokenHint) {
        self.store = store
        self.time = time
        self.hint = hint
    }

    /// Signs the browser out, or finds that its user has to be asked. The session and its grants end, and what its clients
    /// are told is written, in one transaction with the audit row.
    /// - Parameter confirmed: the session that the user said is to end, on a page of ours.
    /// - Throws: ``AuthError/unavailable(_:)``.
    package func callAsFunction(
        _ request: LogoutRequest, confirmed: String? = nil, in browser: Browser
    ) async throws -> Outcome {
        let token: VerifiedToken? = if let text = request.idTokenHint { try await hint(text) } else { nil }
        let now = time.now
        let seen = try await store.read { transaction -> (LogoutStanding, String?, Session?, Client?) in
            let named = token?.audience.first ?? request.clientID
            let client = try named.flatMap(ClientID.init).flatMap { try transaction.client($0) }
            let session = try browser.session.flatMap { try transaction.session($0.hash, at: now) }
            let standing = LogoutStanding(
                request, hint: token, client: client, session: session, confirmed: confirmed)
            return (standing, try session.flatMap { try transaction.account($0.user) }?.username, session, client)
        }
        let (standing, username, session, client) = seen
        if standing.step == .ask, let session {
            return .question(
                Question(username: username ?? "", session: session.id, client: client, obstacle: standing.obstacle))
        }
        if standing.step == .end, let session {
            let origin = AuditOrigin.caller(browser.address, userAgent: browser.userAgent)
            try await store.write { transaction in
                guard try transaction.end(session.id, of: session.user, at: now) else { return }
                try transaction.append(
                    AuditEvent(
                        .signOut, by: origin, at: now, userID: session.user, username: username,
                        client: client?.id.text))
            }
        }
        return .signedOut(
            Return(uri: standing.redirectURI, state: request.state, obstacle: standing.obstacle, client: client))
    }
}

extension WriteTransaction {
    /// Ends one session, and what was given in it but for what outlives it: once.
    /// - Returns: false where it was over before.
    package func end(_ session: String, of user: UserID, at moment: Timestamp) throws -> Bool {
        // What is being given in it at the same time is waited for, and ended too.
        _ = try hold(user)
        return try endSession(session, of: user, for: .signedOut, at: moment)
    }
}
