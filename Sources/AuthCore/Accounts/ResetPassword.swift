/// Use case: an operator gives an account another password, which ends its sessions and grants. A disabled account stays
/// disabled.
package struct ResetPassword: Sendable {
    private let store: any Store
    private let hasher: any PasswordHasher
    private let time: any TimeSource
    private let generatedMustChange: Bool
    private let origin: AuditOrigin

    /// In this store.
    /// - Parameters:
    ///   - generatedMustChange: whether a generated password opens nothing but ``ChangePassword``.
    ///   - origin: who does it.
    package init(
        store: any Store, hasher: any PasswordHasher, time: any TimeSource, generatedMustChange: Bool,
        by origin: AuditOrigin
    ) {
        self.origin = origin
        self.store = store
        self.hasher = hasher
        self.time = time
        self.generatedMustChange = generatedMustChange
    }

    /// Generates a password, which is answered here and kept nowhere.
    /// - Returns: a UUIDv4 in lower case, on disk (as a hash) before this returns.
    package func callAsFunction(_ user: UserID) async throws -> String {
        let password = RandomUUID.text()
        try await reset(user, to: Secret(password), mustChange: generatedMustChange)
        return password
    }

    /// Takes a password that the operator chose.
    /// - Throws: ``AuthError/invalidRequest(_:)`` for one that ``Secret/isChosenPassword`` denies.
    package func callAsFunction(_ user: UserID, to password: Secret) async throws {
        try password.requireChosen("the password")
        try await reset(user, to: password, mustChange: false)
    }

    private func reset(_ user: UserID, to password: Secret, mustChange: Bool) async throws {
        let hash = try await hasher.hash(password)
        let now = time.now
        let isReset = try await store.write { transaction in
            guard try transaction.resetPassword(of: user, to: hash, mustChange: mustChange, at: now) else {
                return false
            }
            try transaction.endAccess(of: user, for: .passwordChanged, at: now)
            try transaction.append(transaction.auditEvent(.userResetPassword, of: user, by: origin, at: now))
            return true
        }
        guard isReset else { throw OperatorError.refused("the user is gone: somebody deleted it meanwhile") }
    }
}
