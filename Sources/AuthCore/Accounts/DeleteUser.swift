/// Use case: an operator deletes an account for ever. Tokens that were issued before live out their time, and no later
/// account has their `sub`.
package struct DeleteUser: Sendable {
    private let store: any Store

    /// From this store.
    package init(store: any Store) { self.store = store }

    /// Deletes it; what it tried stays in the audit log as somebody's.
    /// - Throws: ``OperatorError/refused(_:)`` when it is gone already.
    package func callAsFunction(_ user: UserID) async throws {
        let isDeleted = try await store.write { transaction in try transaction.deleteUser(user) }
        guard isDeleted else { throw OperatorError.refused("the user is gone already: somebody else deleted it") }
    }
}
