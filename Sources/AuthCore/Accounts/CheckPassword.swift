/// Is it who it says it is? Checks a password against an account, or against none.
package struct CheckPassword: Sendable {
    /// An account whose password was right.
    package struct Match: Sendable {
        /// The account as it was found.
        package let user: User
        /// A hash under today's parameters, where the stored one has others.
        let stronger: PasswordHash?
    }

    private let hasher: any PasswordHasher
    private let log: LoginLog

    /// - Parameter log: is told of hashes that cannot be verified.
    package init(hasher: any PasswordHasher, log: LoginLog) {
        self.hasher = hasher
        self.log = log
    }

    /// Checks the password; nil for an unknown user, a wrong password, a disabled account and a hash that is damaged alike,
    /// at the same cost.
    /// - Parameters:
    ///   - user: as the store has it; nil for a name that nobody has.
    ///   - share: whose turn it is where many want one.
    package func callAsFunction(_ user: User?, _ password: Secret, share: HashShare = .own) async throws -> Match? {
        if let user, !hasher.canVerify(user.passwordHash) { log.noteUnreadableHash(of: user.id) }
        let matches = try await hasher.verify(password, against: user?.passwordHash, for: share)
        // Verified all the same, and no hash is made for it: the right password of a disabled account takes no longer.
        guard let user, matches, !user.isDisabled else { return nil }
        return Match(user: user, stronger: await rehash(password, of: user, for: share))
    }

    /// A hash under today's parameters where the stored one has others. No capacity for it fails no login: the next
    /// login tries again.
    private func rehash(_ password: Secret, of user: User, for share: HashShare) async -> PasswordHash? {
        // Who has to change the password gets a new hash with it.
        guard !user.mustChangePassword, hasher.needsRehash(user.passwordHash) else { return nil }
        return try? await hasher.hash(password, for: share)
    }
}

extension CheckPassword.Match {
    /// Records the login.
    /// - Throws: ``AuthError/invalidCredentials`` where the account was disabled or deleted in the meantime.
    func recordLogin(at moment: Timestamp, in transaction: any AccountWrites) throws {
        guard try transaction.recordLogin(of: user.id, at: moment) else { throw AuthError.invalidCredentials }
        guard let stronger else { return }
        // Compare-and-set: a password changed in the meantime stays changed.
        _ = try transaction.replacePasswordHash(of: user.id, from: user.passwordHash, to: stronger)
    }

    /// Whether the password that was checked still is the account's, after ``recordLogin(at:in:)``: for who gives more with
    /// it than a token, which would outlive its change. Until the unit of work ends it stays so.
    func isCurrent(in transaction: any AccountWrites) throws -> Bool {
        let current = stronger ?? user.passwordHash
        return try transaction.replacePasswordHash(of: user.id, from: current, to: current)
    }
}
