/// Use case: a user sees what there is of the own account, and ends what is not wanted any more. Whose account it is says
/// the browser's session alone, so nothing of another user can be named.
package struct OwnAccount: Sendable {
    /// Rows of the audit log that are looked at for what happened lately: some milliseconds, however many there are.
    private static let examined = 20_000
    private static let mostEvents = 200
    /// Sessions that are shown.
    private static let mostSessions = 10

    let store: any Store
    let time: any TimeSource
    private let policy: Session.Policy

    /// Over the accounts of `store`.
    /// - Parameter policy: of sessions: to look at the account is to use one.
    package init(store: any Store, policy: Session.Policy = Session.Policy(), time: any TimeSource) {
        self.store = store
        self.policy = policy
        self.time = time
    }

    /// The account of whoever is signed in with this browser; nil for nobody.
    package func look(in browser: Browser) async throws -> AccountView? {
        let now = time.now
        guard let secret = browser.session,
            let view = try await store.read({ transaction in
                try transaction.ownSession(secret, at: now).map { own in try Self.view(own, at: now, in: transaction) }
            })
        else { return nil }
        if view.isUseToBeNoted(at: now) {
            let idleUntil = now + policy.idle
            try await store.write { transaction in
                try transaction.noteUse(ofSession: secret.hash, at: now, idleUntil: idleUntil)
            }
        }
        return view
    }

    /// The name of whoever is signed in with this browser; nil for nobody.
    package func username(in browser: Browser) async throws -> String? {
        let now = time.now
        return try await store.read { transaction in
            try transaction.ownSession(browser.session, at: now)?.account.username
        }
    }

    private static func view(
        _ own: OwnSession, at now: Timestamp, in transaction: any ReadTransaction
    ) throws -> AccountView {
        let user = own.account.id
        var filter = AuditFilter()
        filter.user = user
        let events = try transaction.auditPage(
            filter, before: .newest, examining: examined, limit: mostEvents
        ).records
        let accesses = try transaction.accesses(of: user, at: now)
        let consents = try transaction.consents(of: user)
        var clients: [ClientID: Client] = [:]
        let named =
            accesses.map(\.client) + consents.map(\.client) + events.compactMap { $0.client.flatMap(ClientID.init) }
        for id in Set(named) { clients[id] = try transaction.client(id) }
        let others = try transaction.newestSessions(of: user, at: now, limit: mostSessions)
            .filter { $0.id != own.session.id }.prefix(mostSessions - 1)
        return AccountView(
            account: own.account, current: own.session, sessions: [own.session] + others,
            sessionCount: try transaction.sessionCount(of: user, at: now),
            applications: Application.all(accesses, consents, knowing: clients), events: events,
            clientNames: Dictionary(uniqueKeysWithValues: clients.map { ($0.key.text, $0.value.name) }))
    }
}

/// What a user sees of the own account.
package struct AccountView: Equatable, Sendable {
    /// Whose it is.
    package let account: Account
    /// The session of the browser that looks.
    package let current: Session
    /// Browsers that are signed in: ``current``, and the newest others, newest first.
    package let sessions: [Session]
    /// How many there are.
    package let sessionCount: Int
    /// Every client that has something of the user, by name.
    package let applications: [Application]
    /// What was done and tried lately, newest first.
    package let events: [AuditRecord]
    /// What the clients of ``events`` are called, those that there still are, by their ids.
    package let clientNames: [String: ClientName]

    fileprivate func isUseToBeNoted(at now: Timestamp) -> Bool { now - current.seenAt > .seconds(300) }
}
