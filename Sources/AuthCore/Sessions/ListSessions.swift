/// Use case: an operator looks at the browsers that are signed in.
package struct ListSessions: Sendable {
    /// In one unit of work: a million sessions hold up nobody.
    private static let page = 1_000
    private let store: any Store
    private let time: any TimeSource

    /// Of this store.
    package init(store: any Store, time: any TimeSource) {
        self.store = store
        self.time = time
    }

    /// A session, and whose it is.
    package struct Entry: Equatable, Sendable {
        /// The session.
        package let session: Session
        /// The account's name.
        package let username: String

        /// A session of the account of this name.
        package init(session: Session, username: String) {
            self.session = session
            self.username = username
        }
    }

    /// Those of one account, newest first.
    package func callAsFunction(of account: Account) async throws -> [Entry] {
        let now = time.now
        let sessions = try await store.read { transaction in try transaction.sessions(of: account.id, at: now) }
        return sessions.map { Entry(session: $0, username: account.username) }
    }

    /// All of them, by account, newest first.
    package func callAsFunction() async throws -> [Entry] {
        let now = time.now
        var (entries, last): ([Entry], String?) = ([], nil)
        while true {
            let after = last ?? ""
            let more = try await store.read { transaction in
                let sessions = try transaction.sessions(after: after, at: now, limit: Self.page)
                var names: [UserID: String] = [:]
                for user in Set(sessions.map(\.user)) { names[user] = try transaction.account(user)?.username }
                return sessions.map { Entry(session: $0, username: names[$0.user] ?? "") }
            }
            entries += more
            last = more.last?.session.id
            guard more.count == Self.page else { break }
        }
        return entries.sorted { first, second in
            first.session.user != second.session.user
                ? first.session.user < second.session.user : first.session.createdAt > second.session.createdAt
        }
    }
}
