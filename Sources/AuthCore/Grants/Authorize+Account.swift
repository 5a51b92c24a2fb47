extension Authorize {
    /// Begins the sign-in that the account's own page wants: a flow without a client.
    /// - Returns: its handle, and the secret of the browser that it is bound to.
    package func begin(
        _ visit: AccountVisit, in browser: Browser
    ) async throws -> (handle: BrowserSecret, browser: BrowserSecret) {
        try await insertFlow(FlowRequest(visit, begunAt: time.now), in: browser)
    }

    /// Where such a flow stands. It ends with nothing but a session, so that it may end as often as somebody likes.
    func state(of visit: AccountVisit, session: BrowserSecret?) async throws -> FlowState {
        let now = time.now
        let own = try await store.read { transaction in try transaction.ownSession(session, at: now) }
        guard let own, visit == .look || own.session.isFresh(at: now) else {
            return .signIn(.account(of: own?.account.username))
        }
        return .account(visit)
    }
}
