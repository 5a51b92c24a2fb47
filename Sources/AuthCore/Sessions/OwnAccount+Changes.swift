extension OwnAccount {
    /// What became of a wish to end something.
    package enum Change: Equatable, Sendable {
        /// It is ended.
        /// - signsOut: whether the browser that asked is signed out by it.
        case done(signsOut: Bool)
        /// There was nothing of the user's to end.
        case nothing
        /// First the user has to sign in.
        case signIn(AccountVisit)
    }

    /// Ends one session of the user's, and what was given in it, as signing out there does.
    /// - Parameter id: of whoever it is: another user's is none.
    package func endSession(_ id: String, in browser: Browser) async throws -> Change {
        try await change(in: browser) { own, origin, now, transaction in
            guard try transaction.endSession(id, of: own.account.id, for: .signedOut, at: now) else { return .nothing }
            try transaction.append(transaction.auditEvent(.sessionEnd, of: own.account.id, by: origin, at: now))
            return .done(signsOut: id == own.session.id)
        }
    }

    /// Ends all that the user gave a client, and forgets what was agreed to: it asks again.
    /// - Parameter client: a client's id, whether or not there is such a client any more.
    package func withdraw(_ client: String, in browser: Browser) async throws -> Change {
        try await change(in: browser) { own, origin, now, transaction in
            guard let id = ClientID(client) else { return .nothing }
            let user = own.account.id
            let ended = try transaction.endGrants(of: user, to: id, for: .consentWithdrawn, at: now)
            guard try transaction.forgetConsents(of: user, to: id) || ended > 0 else { return .nothing }
            try transaction.append(
                AuditEvent(
                    .consentWithdraw, by: origin, at: now, userID: user, username: own.account.username,
                    client: id.text))
            return .done(signsOut: false)
        }
    }

    /// Ends every session and every grant of the user's, as ``SignOutEverywhere`` does.
    package func signOutEverywhere(in browser: Browser) async throws -> Change {
        try await change(in: browser) { own, origin, now, transaction in
            try transaction.endAccess(of: own.account.id, for: .signedOut, at: now)
            try transaction.append(
                transaction.auditEvent(.userSignOutEverywhere, of: own.account.id, by: origin, at: now))
            return .done(signsOut: true)
        }
    }

    /// For a user whose password was checked lately, alone.
    private func change(
        in browser: Browser,
        _ body: @escaping @Sendable (OwnSession, AuditOrigin, Timestamp, any WriteTransaction) throws -> Change
    ) async throws -> Change {
        let now = time.now
        let origin = AuditOrigin.caller(browser.address, userAgent: browser.userAgent)
        return try await store.write { transaction in
            guard let found = try transaction.ownSession(browser.session, at: now) else { return .signIn(.look) }
            // What is being given at the same time is waited for, and ended too; read anew, it still has to be there.
            _ = try transaction.hold(found.account.id)
            guard let own = try transaction.ownSession(browser.session, at: now) else { return .signIn(.look) }
            guard own.session.isFresh(at: now) else { return .signIn(.change) }
            return try body(own, origin, now, transaction)
        }
    }
}
