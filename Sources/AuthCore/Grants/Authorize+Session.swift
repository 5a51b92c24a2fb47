extension Authorize {
    /// - Throws: ``TookTooLong``.
    func signedIn(
        _ begun: Begun, _ success: Authenticate.Success, _ secret: BrowserSecret, _ nonce: [UInt8]
    ) async throws -> SignIn {
        let new = NewSession(in: begun.question.browser, policy.session, secret: secret)
        let (entry, event, user) = (
            authenticate.entry(of: success), authenticate.event(of: success), success.match.user
        )
        let (delays, attempt, now) = (authenticate.delays, success.attempt, entry.moment)
        var asked = begun
        asked.question.session = secret
        let after = asked
        let state = try await authenticate.settling(success) {
            try await store.write { transaction -> FlowState in
                // First: it decides whether the account may still be used.
                try success.match.recordLogin(at: now, in: transaction)
                guard try success.match.isCurrent(in: transaction) else { throw AuthError.invalidCredentials }
                // Behind the account, as everything that ends a flow: so nobody waits for each other.
                guard try transaction.releaseFlow(begun.handle.hash, nonce: nonce) else { throw TookTooLong() }
                try transaction.append(entry)
                try transaction.append(event)
                try delays.noteLogin(attempt, at: now, in: transaction)
                try new.begin(of: user.id, at: now, in: transaction)
                if let visit = after.question.request.visit { return .account(visit) }
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
}
