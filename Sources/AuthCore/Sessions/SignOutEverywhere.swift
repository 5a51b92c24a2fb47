/// Use case: an operator ends every session of an account and everything that its user gave clients. Access tokens that
/// verifiers check by themselves live out their time.
package struct SignOutEverywhere: Sendable {
    /// What was ended.
    package struct Outcome: Equatable, Sendable {
        /// Browsers that were signed in.
        package let sessions: Int
        /// Of clients, with their refresh tokens.
        package let grants: Int

        /// So many of each.
        package init(sessions: Int, grants: Int) {
            self.sessions = sessions
            self.grants = grants
        }
    }

    private let store: any Store
    private let time: any TimeSource
    private let origin: AuditOrigin

    /// In this store.
    /// - Parameter origin: who does it.
    package init(store: any Store, time: any TimeSource, by origin: AuditOrigin) {
        self.store = store
        self.time = time
        self.origin = origin
    }

    /// Ends them, at every server from the next request on.
    /// - Throws: ``OperatorError/refused(_:)`` when the account is gone.
    package func callAsFunction(_ user: UserID) async throws -> Outcome {
        let now = time.now
        let outcome: Outcome? = try await store.write { transaction in
            guard try transaction.account(user) != nil else { return nil }
            let outcome = try transaction.endAccess(of: user, for: .signedOut, at: now)
            try transaction.append(transaction.auditEvent(.userSignOutEverywhere, of: user, by: origin, at: now))
            return outcome
        }
        guard let outcome else { throw OperatorError.refused("the user is gone: somebody deleted it meanwhile") }
        return outcome
    }
}

extension GrantWrites where Self: SessionWrites {
    /// Ends one session of a user, and what was given in it, but for what outlives it.
    /// - Returns: false where the user has none with this id, and nothing was ended.
    func endSession(_ id: String, of user: UserID, for reason: GrantEnd, at moment: Timestamp) throws -> Bool {
        guard try endSession(id, of: user, at: moment) else { return false }
        _ = try endGrants(ofSession: id, for: reason, at: moment)
        return true
    }
}

extension GrantWrites where Self: SessionWrites, Self: AccountWrites {
    /// Ends every session and every grant of a user, whatever it was that ended them.
    @discardableResult
    func endAccess(of user: UserID, for reason: GrantEnd, at moment: Timestamp) throws -> SignOutEverywhere.Outcome {
        // What is being given at the same time is waited for, and ended too.
        _ = try hold(user)
        let grants = try endGrants(of: user, for: reason, at: moment)
        return SignOutEverywhere.Outcome(sessions: try endSessions(of: user, at: moment).count, grants: grants)
    }
}
