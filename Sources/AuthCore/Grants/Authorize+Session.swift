extension Authorize {
    /// - Throws: ``TookTooLong``.
    func signedIn(
        _ begun: Begun, _ success: Authenticate.Success, _ secret: BrowserSecret, _ nonce: [UInt8]
    ) async throws -> SignIn {
        let id = Base64URL.text(RandomBytes.make(16))
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
                // Behind the account, as everything that ends a flow: so nobody waits for each other.
                guard try transaction.releaseFlow(begun.handle.hash, nonce: nonce) else { throw TookTooLong() }
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
