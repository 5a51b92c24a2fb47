/// Use case: an operator deletes an account for ever, and with it its sessions and grants. Access tokens that verifiers
/// check by themselves live out their time, and no later account has their `sub`.
package struct DeleteUser: Sendable {
    private let store: any Store
    private let time: any TimeSource
    private let origin: AuditOrigin

    /// From this store.
    /// - Parameter origin: who deletes.
    package init(store: any Store, time: any TimeSource, by origin: AuditOrigin) {
        self.store = store
        self.time = time
        self.origin = origin
    }

    /// Deletes it; what it tried stays in `auth_logs` as somebody's, and in the audit log as its own.
    /// - Throws: ``OperatorError/refused(_:)`` when it is gone already.
    package func callAsFunction(_ user: UserID) async throws {
        let now = time.now
        let isDeleted = try await store.write { transaction in
            let event = transaction.auditEvent(.userDelete, of: user, by: origin, at: now)
            // They would go with it, and nobody would be told.
            _ = try transaction.hold(user)
            _ = try transaction.endSessions(of: user, at: now)
            guard try transaction.deleteUser(user) else { return false }
            try transaction.append(event)
            return true
        }
        guard isDeleted else { throw OperatorError.refused("the user is gone already: somebody else deleted it") }
    }
}
