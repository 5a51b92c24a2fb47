extension Authorize {
    /// What came of a name and a password.
    package enum SignIn: Sendable {
        /// They are right: the browser has another secret for its session.
        case signedIn(FlowState, session: BrowserSecret)
        /// The same form was sent before, or at the same time: nothing was counted again, and the session is that one.
        case again(FlowState, session: BrowserSecret)
        /// Nobody looked at them: the flow ended before.
        case state(FlowState)
        /// They are wrong, or nobody looks at them now.
        case refused(SignInView, AuthError)
    }

    /// For how long one check of a password has a flow, should it never come to an end.
    private static let longestCheck: Duration = .seconds(10)
    /// For how long a form waits for others.
    private static let longestWait: Duration = .seconds(15)
    private static let betweenLooks: Duration = .milliseconds(20)

    /// Signs the user in, and ends the flow where nothing more is needed. The session and what the client gets are on disk
    /// before this returns; so is a password that was wrong. Of forms that come at once one is looked at, so that a double
    /// click costs one hash and leaves one session; the others wait, and those with the same password say the same.
    /// - Throws: ``AuthorizationRefusal`` where the client may not ask any more; ``AuthError/unavailable(_:)``.
    package func signIn(
        _ handle: BrowserSecret, username: String, password: Secret, in browser: Browser
    ) async throws -> SignIn {
        let begin = time.uptime
        while true {
            guard let begun = try await begun(handle, in: browser) else {
                return .state(try await over(handle, in: browser))
            }
            if let before = try await before(begun, username, password) { return before }
            guard begun.doneAt == nil else { return .state(try await repeated(begun)) }
            if let claimed = try await claim(begun),
                let outcome = try await check(claimed, username: username, password: password)
            {
                return outcome
            }
            guard time.uptime - begin < Self.longestWait else {
                return .refused(try await signInView(begun.question), .overloaded(retryAfter: .seconds(1)))
            }
            try await Task.sleep(for: Self.betweenLooks)
        }
    }

    /// What a form with the same name and password was answered just before; nil where there was none, or more is needed by
    /// now than it brought.
    private func before(_ begun: Begun, _ username: String, _ password: Secret) async throws -> SignIn? {
        let now = time.now
        guard let claim = begun.claim, !claim.holds(at: now) else { return nil }
        var asked = begun
        let secret = begun.secret.session(
            ofFlow: begun.handle, nonce: claim.nonce, username: username, password: password)
        asked.question.session = secret
        if let visit = begun.question.request.visit {
            let state = try await state(of: visit, session: secret)
            guard case .account = state else { return nil }
            return .again(state, session: secret)
        }
        let after = asked
        let (isThere, due) = try await store.read { transaction in
            guard try transaction.session(secret.hash, at: now) != nil else { return (false, nil as FlowState?) }
            let standing = try Standing(after.question, at: now, in: transaction)
            return (standing.session != nil, standing.due)
        }
        guard isThere else { return nil }
        if begun.doneAt != nil {
            let state = try await repeated(after)
            if case .used = state { return nil }
            return .again(state, session: secret)
        }
        guard case .consent? = due else { return nil }
        return due.map { .again($0, session: secret) }
    }

    /// The flow with a new nonce; nil where somebody else has it.
    private func claim(_ begun: Begun) async throws -> Begun? {
        let (nonce, now) = (RandomBytes.make(FlowClaim.nonceLength), time.now)
        guard begun.claim?.holds(at: now) != true else { return nil }
        let end = now + Self.longestCheck
        let isOurs = try await store.write { transaction in
            try transaction.claimFlow(
                begun.handle.hash, browser: begun.secret.hash, nonce: nonce, at: now, until: end)
        }
        guard isOurs else { return nil }
        var claimed = begun
        claimed.claim = FlowClaim(nonce: nonce, until: end)
        return claimed
    }

    /// Somebody else took the flow while a password was checked for longer than that may take.
    struct TookTooLong: Error {}

    /// - Returns: nil where it took too long.
    private func check(_ claimed: Begun, username: String, password: Secret) async throws -> SignIn? {
        guard let nonce = claimed.claim?.nonce else { return nil }
        let secret = claimed.secret.session(
            ofFlow: claimed.handle, nonce: nonce, username: username, password: password)
        do {
            let browser = claimed.question.browser
            let success = try await authenticate(
                username: username, password: password, client: browser.address, userAgent: browser.userAgent)
            guard !success.match.user.mustChangePassword else {
                try await authenticate.recordUnused(success)
                throw AuthError.passwordChangeRequired
            }
            return try await signedIn(claimed, success, secret, nonce)
        } catch is TookTooLong {
            return nil
        } catch {
            await giveBack(claimed, nonce)
            guard let error = error as? AuthError, error.isAboutPassword else { throw error }
            return .refused(try await signInView(claimed.question), error)
        }
    }

    /// Also for a client that has gone: a second click ends the first request, and must not wait for it.
    private func giveBack(_ claimed: Begun, _ nonce: [UInt8]) async {
        let (store, hash) = (store, claimed.handle.hash)
        await Task {
            // Where this fails the next form waits for the end of the claim.
            _ = try? await store.write { transaction in try transaction.releaseFlow(hash, nonce: nonce) }
        }.value
    }

    private func signInView(_ question: Question) async throws -> SignInView {
        guard question.request.visit == nil else { return .account(of: nil) }
        let now = time.now
        return try await store.read { transaction in
            try Standing(question, at: now, in: transaction).signInView
        }
    }
}

extension AuthError {
    /// Whether a page that takes a password says it, and lets the user try again.
    package var isAboutPassword: Bool {
        switch self {
        case .invalidCredentials, .passwordChangeRequired, .rateLimited, .overloaded: true
        default: false
        }
    }
}
