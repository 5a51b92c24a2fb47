/// Use case: an operator turns an account off, and on again. Its sessions and grants end for good; access tokens that
/// verifiers check by themselves live out their time.
package struct DisableUser: Sendable {
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

    /// From now on no password is right.
    /// - Returns: false when that was so before.
    package func callAsFunction(_ user: UserID) async throws -> Bool {
        let now = time.now
        return try await store.write { transaction in
            guard try transaction.disable(user, at: now) else { return false }
            try transaction.endAccess(of: user, for: .disabled, at: now)
            try transaction.append(transaction.auditEvent(.userDisable, of: user, by: origin, at: now))
            return true
        }
    }

    /// The password that the account had is right again. Who was signed in signs in anew.
    /// - Returns: false when it was not disabled.
    package func undo(_ user: UserID) async throws -> Bool {
        let now = time.now
        return try await store.write { transaction in
            guard try transaction.enable(user) else { return false }
            try transaction.append(transaction.auditEvent(.userEnable, of: user, by: origin, at: now))
            return true
        }
    }
}
