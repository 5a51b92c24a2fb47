extension Authorize {
    /// What came of a name and a password.
    package enum SignIn: Sendable {
        /// They are right: the browser has another secret for its session.
        case signedIn(FlowState, session: BrowserSecret)
        /// Nobody looked at them: the flow ended before.
        case state(FlowState)
        /// They are wrong, or nobody looks at them now.
        case refused(FlowView, AuthError)
    }

    /// Signs the user in, and ends the flow where nothing more is needed. The session and what the client gets are on disk
    /// before this returns; so is a password that was wrong.
    /// - Throws: ``AuthorizationRefusal`` where the client may not ask any more; ``AuthError/unavailable(_:)``.
    package func signIn(
        _ handle: BrowserSecret, username: String, password: Secret, in browser: Browser
    ) async throws -> SignIn {
        guard let begun = try await begun(handle, in: browser) else { return .state(.over) }
        guard begun.doneAt == nil else { return .state(try await repeated(begun)) }
        do {
            let success = try await authenticate(
                username: username, password: password, client: browser.address, userAgent: browser.userAgent)
            guard !success.match.user.mustChangePassword else {
                try await authenticate.recordUnused(success)
                throw AuthError.passwordChangeRequired
            }
            return try await signedIn(begun, success)
        } catch let error as AuthError where error.isAboutPassword {
            let now = time.now
            let standing = try await store.read { transaction in
                try Standing(begun.question, at: now, in: transaction)
            }
            return .refused(standing.view, error)
        }
    }

    private func signedIn(_ begun: Begun, _ success: Authenticate.Success) async throws -> SignIn {
        let (secret, id) = (BrowserSecret.random(), Base64URL.text(RandomBytes.make(16)))
        let (entry, event, user) = (
            authenticate.entry(of: success), authenticate.event(of: success), success.match.user
        )
        let (delays, attempt, now) = (authenticate.delays, success.attempt, entry.moment)
        var asked = begun
        asked.question.session = secret
        let after = asked
        let state = try await authenticate.settling(success) {
            try await store.write { transaction in
                // First: it decides whether the account may still be used.
                try success.match.recordLogin(at: now, in: transaction)
                guard try success.match.isCurrent(in: transaction) else { throw AuthError.invalidCredentials }
                try transaction.append(entry)
                try transaction.append(event)
                try delays.noteLogin(attempt, at: now, in: transaction)
                try start(id, of: user.id, secret, in: begun.question.browser, at: now, in: transaction)
                // Whom the client's hint names did not come: no page would change that.
                if case .signIn = try Standing(after.question, at: now, in: transaction).step {
                    let error = AuthorizationError(.loginRequired, "another user signed in")
                    return try end(after, with: error, at: now, in: transaction)
                }
                return try finish(after, at: now, in: transaction)
            }
        }
        authenticate.log.succeeded(user, from: begun.question.browser.address)
        return .signedIn(state, session: secret)
    }

    /// A session under a new secret, whatever the browser had: nobody knows that one beforehand (session fixation).
    private func start(
        _ id: String, of user: UserID, _ secret: BrowserSecret, in browser: Browser, at now: Timestamp,
        in transaction: any WriteTransaction
    ) throws {
        let idleUntil = now + policy.session.idle
        if let before = browser.session, let old = try transaction.session(before.hash, at: now) {
            if old.user == user,
                try transaction.renewSession(before.hash, to: secret.hash, at: now, idleUntil: idleUntil)
            {
                return
            }
            // Somebody else sat here: signed out, as by themselves.
            _ = try transaction.endGrants(ofSession: old.id, for: .signedOut, at: now)
            _ = try transaction.endSession(old.id, of: old.user, at: now)
        }
        let session = Session(
            id: id, user: user, authenticatedAt: now, address: browser.address.description,
            userAgent: AuditEvent.bounded(browser.userAgent ?? ""), createdAt: now, seenAt: now,
            expiresAt: now + policy.session.absolute)
        try transaction.insert(session, hash: secret.hash, idleUntil: idleUntil)
    }
}

extension AuthError {
    /// Whether the sign-in page says it, and lets the user try again.
    fileprivate var isAboutPassword: Bool {
        switch self {
        case .invalidCredentials, .passwordChangeRequired, .rateLimited, .overloaded: true
        default: false
        }
    }
}
