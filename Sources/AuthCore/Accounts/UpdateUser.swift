/// Use case: an operator gives an account another e-mail address, or none. Its sessions and grants go on: what clients are told
/// of the user, they are told with the next token.
package struct UpdateUser: Sendable {
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

    /// Gives it this address.
    /// - Parameter email: empty for none.
    /// - Returns: false when that was so before.
    /// - Throws: ``AuthError/invalidRequest(_:)``, ``AuthError/emailTaken``, and ``OperatorError/refused(_:)`` when the account
    ///   is gone.
    package func callAsFunction(_ user: UserID, email: String) async throws -> Bool {
        let (now, address) = (time.now, email.isEmpty ? nil : try EmailAddress(email))
        let isNew: Bool? = try await store.write { transaction in
            guard let account = try transaction.account(user) else { return nil }
            guard account.email != address?.text else { return false }
            guard try transaction.setEmail(of: user, to: address) else { return nil }
            try transaction.append(transaction.auditEvent(.userUpdate, of: user, by: origin, at: now))
            return true
        }
        guard let isNew else { throw OperatorError.refused("the user is gone: somebody deleted it meanwhile") }
        return isNew
    }
}
