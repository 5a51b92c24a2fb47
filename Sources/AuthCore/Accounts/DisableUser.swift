/// Use case: an operator turns an account off, and on again. Tokens that were issued before live out their time.
package struct DisableUser: Sendable {
    private let store: any Store
    private let time: any TimeSource

    /// In this store.
    package init(store: any Store, time: any TimeSource) {
        self.store = store
        self.time = time
    }

    /// From now on no password is right.
    /// - Returns: false when that was so before.
    package func callAsFunction(_ user: UserID) async throws -> Bool {
        let now = time.now
        return try await store.write { transaction in try transaction.disable(user, at: now) }
    }

    /// The password that the account had is right again.
    /// - Returns: false when it was not disabled.
    package func undo(_ user: UserID) async throws -> Bool {
        try await store.write { transaction in try transaction.enable(user) }
    }
}
