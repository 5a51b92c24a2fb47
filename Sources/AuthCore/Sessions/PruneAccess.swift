/// Use case: the server forgets flows, sessions, grants, codes, revoked tokens, and who was to be told of their end, that are
/// over, in steps that nobody waits
/// for.
package struct PruneAccess: Sendable {
    /// For so long they stay after their end: a code that comes back by then is known to have been used, and a server whose
    /// clock is behind another's sees what it knows.
    package static let keeping: Duration = .seconds(3_600)

    private let store: any Store
    private let time: any TimeSource

    /// In this store.
    package init(store: any Store, time: any TimeSource) {
        self.store = store
        self.time = time
    }

    /// Takes a step in each. Other servers of the store may do the same at the same time.
    /// - Returns: how long to wait before the next.
    package func callAsFunction() async throws -> Duration {
        let (over, start) = (time.now - Self.keeping, time.uptime)
        let flows = try await store.write { transaction in try transaction.deleteSomeFlows(overBefore: over) }
        let sessions = try await store.write { transaction in try transaction.deleteSomeSessions(overBefore: over) }
        let grants = try await store.write { transaction in try transaction.deleteSomeGrants(overBefore: over) }
        let logouts = try await store.write { transaction in try transaction.deleteSomeLogouts(overBefore: over) }
        return PruningPace.pause(after: flows + sessions + grants + logouts, took: time.uptime - start)
    }
}
