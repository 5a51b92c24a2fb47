/// Use case: check a password and issue a token.
package struct LogIn: Sendable {
    private let store: any Store
    private let hasher: any PasswordHasher
    private let issuer: TokenIssuer
    private let time: any TimeSource

    package init(store: any Store, hasher: any PasswordHasher, issuer: TokenIssuer, time: any TimeSource) {
        self.store = store
        self.hasher = hasher
        self.issuer = issuer
        self.time = time
    }

    /// Checks the password and answers a token; the attempt is on disk before the token is.
    ///
    /// - Parameters:
    ///   - clientAddress: as the audit log shows it.
    ///   - kind: a live token, or an already expired one for testing verifiers.
    /// - Throws: ``AuthError/invalidCredentials`` for an unknown user and a wrong password alike.
    package func callAsFunction(
        username: String, password: Secret, clientAddress: String, kind: TokenKind
    ) async throws -> AccessToken {
        let user = try await store.read { transaction in try transaction.user(named: Username.forms(of: username)) }
        let matches = try await hasher.verify(password, against: user?.passwordHash)
        guard let user, matches else {
            let attempt = AuthLogEntry(clientAddress: clientAddress, moment: time.now, userID: nil)
            try await store.write { transaction in try transaction.append(attempt) }
            throw AuthError.invalidCredentials
        }
        let stronger = await rehash(password, of: user)
        let attempt = AuthLogEntry(clientAddress: clientAddress, moment: time.now, userID: user.id)
        let token = try await issuer.issue(kind, to: user, in: store) { transaction in
            try transaction.append(attempt)
            try transaction.recordLogin(of: user.id, at: attempt.moment)
            if let stronger {
                // Compare-and-set: a password changed in the meantime stays changed.
                _ = try transaction.replacePasswordHash(of: user.id, from: user.passwordHash, to: stronger)
            }
        }
        return token
    }

    /// A hash under today's parameters where the stored one has others. No capacity for it fails no login: the next
    /// login tries again.
    private func rehash(_ password: Secret, of user: User) async -> PasswordHash? {
        guard hasher.needsRehash(user.passwordHash) else { return nil }
        return try? await hasher.hash(password)
    }
}
