/// Use case: a user gives the account another password (`POST /password`, and the account's own page).
package struct ChangePassword: Sendable {
    private let store: any Store
    private let hasher: any PasswordHasher
    private let authenticate: Authenticate
    private let time: any TimeSource
    private let session: Session.Policy

    /// Over the accounts of `store`.
    /// - Parameters:
    ///   - log: is told of logins that fail, and of hashes that cannot be verified.
    ///   - delays: those of the logins, so that this is no second way to guess.
    ///   - session: of the one that begins for a browser.
    package init(
        store: any Store, hasher: any PasswordHasher, log: LoginLog, delays: LoginDelays,
        session: Session.Policy = Session.Policy(), time: any TimeSource
    ) {
        self.session = session
        self.store = store
        self.hasher = hasher
        authenticate = Authenticate(
            store: store, hasher: hasher, log: log, delays: delays, time: time, for: .passwordChange)
        self.time = time
    }

    /// Checks the password and replaces it, and ends every session and every grant; on disk before this returns. Of
    /// several at once one succeeds: for the others the password is wrong by then.
    /// - Parameters:
    ///   - client: where the attempt comes from.
    ///   - userAgent: what the caller says it is.
    /// - Throws: as ``LogIn/callAsFunction(username:password:client:userAgent:kind:)``, and
    ///   ``AuthError/invalidRequest(_:)`` for a new password that nobody may choose or that is the old one.
    package func callAsFunction(
        username: String, password: Secret, newPassword: Secret, client: IPAddress, userAgent: String? = nil
    ) async throws {
        try await change(
            username: username, password: password, newPassword: newPassword, client: client, userAgent: userAgent)
    }

    /// As above, for a browser, which is signed in afterwards: with another session, now that all of them ended.
    /// - Returns: the secret of that session.
    package func callAsFunction(
        username: String, password: Secret, newPassword: Secret, in browser: Browser
    ) async throws -> BrowserSecret {
        let new = NewSession(in: browser, session)
        try await change(
            username: username, password: password, newPassword: newPassword, client: browser.address,
            userAgent: browser.userAgent, beginning: new)
        return new.secret
    }

    private func change(
        username: String, password: Secret, newPassword: Secret, client: IPAddress, userAgent: String?,
        beginning new: NewSession? = nil
    ) async throws {
        // Before anything is looked at: it says nothing of the account.
        try newPassword.requireChosen("new_password")
        guard !newPassword.isSame(as: password) else {
            throw AuthError.invalidRequest("new_password must be another one than password")
        }
        let success = try await authenticate(
            username: username, password: password, client: client, userAgent: userAgent)
        let hash = try await hasher.hash(newPassword, for: success.share)
        let (entry, user) = (authenticate.entry(of: success), success.match.user)
        let event = authenticate.event(of: success)
        let (delays, attempt) = (authenticate.delays, success.attempt)
        try await authenticate.settling(success) {
            try await store.write { transaction in
                guard
                    try transaction.changePassword(
                        of: user.id, from: user.passwordHash, to: hash, at: entry.moment)
                else { throw AuthError.invalidCredentials }
                try transaction.endAccess(of: user.id, for: .passwordChanged, at: entry.moment)
                try new?.begin(of: user.id, at: entry.moment, in: transaction)
                try transaction.append(entry)
                try transaction.append(event)
                try delays.noteLogin(attempt, at: entry.moment, in: transaction)
            }
        }
        authenticate.log.changedPassword(user, from: client)
    }
}
