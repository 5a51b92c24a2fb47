/// Use case: an operator ends sessions, and what was given in them but for what outlives a session. Clients that want to be
/// told are told.
package struct EndSessions: Sendable {
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

    /// Ends one session.
    /// - Returns: the account whose it was; nil where it was not to be read.
    /// - Throws: ``OperatorError/refused(_:)`` where there is no such session that is not over.
    package func callAsFunction(_ session: String) async throws -> Account? {
        let (now, origin) = (time.now, origin)
        let ended: (isEnded: Bool, account: Account?) = try await store.write { transaction in
            guard let user = try transaction.user(ofSession: session),
                try transaction.end(session, of: user, at: now)
            else { return (false, nil) }
            try transaction.append(transaction.auditEvent(.sessionEnd, of: user, by: origin, at: now))
            return (true, try transaction.account(user))
        }
        guard ended.isEnded else {
            throw OperatorError.refused("there is no session \(session), or it is over")
        }
        return ended.account
    }

    /// Ends every session of a user.
    /// - Returns: how many.
    package func all(of user: UserID) async throws -> Int {
        let (now, origin) = (time.now, origin)
        return try await store.write { transaction in
            let ended = try transaction.sessions(of: user, at: now).filter { session in
                try transaction.end(session.id, of: user, at: now)
            }
            guard !ended.isEmpty else { return 0 }
            try transaction.append(transaction.auditEvent(.sessionEnd, of: user, by: origin, at: now))
            return ended.count
        }
    }
}
