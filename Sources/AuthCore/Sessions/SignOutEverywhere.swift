/// Use case: an operator ends every session of an account and everything that its user gave clients. Access tokens that
/// verifiers check by themselves live out their time.
package struct SignOutEverywhere: Sendable {
    /// What was ended.
    package struct Outcome: Equatable, Sendable {
        /// Browsers that were signed in.
        package let sessions: Int
        /// Of clients, with their refresh tokens.
        package let grants: Int
    }

    private let store: any Store
    private let time: any TimeSource

    /// In this store.
    package init(store: any Store, time: any TimeSource) {
        self.store = store
        self.time = time
    }

    /// Ends them, at every server from the next request on.
    package func callAsFunction(_ user: UserID) async throws -> Outcome {
        let now = time.now
        return try await store.write { transaction in try transaction.endAccess(of: user, for: .signedOut, at: now) }
    }
}

extension GrantWrites where Self: SessionWrites {
    /// Ends every session and every grant of a user, whatever it was that ended them.
    func endAccess(of user: UserID, for reason: GrantEnd, at moment: Timestamp) throws -> SignOutEverywhere.Outcome {
        let grants = try endGrants(of: user, for: reason, at: moment)
        return SignOutEverywhere.Outcome(sessions: try endSessions(of: user, at: moment).count, grants: grants)
    }
}
