/// Port: the one expensive function of the server, bounded in threads and queue.
///
/// Every call may throw ``AuthError/overloaded(retryAfter:)`` when it cannot be begun within the deadline, and
/// `CancellationError` when its task was cancelled while it waited, in which case it cost nothing.
package protocol PasswordHasher: Sendable {
    /// A salted hash under the current parameters.
    func hash(_ password: Secret, for share: HashShare) async throws -> PasswordHash

    /// Whether `password` is the one that was hashed. Without a hash, and for one that cannot be verified, the same work
    /// is done and the answer is no, so that an unknown user costs what a known one costs (ASVS 6.3.8, CVE-2025-6011).
    func verify(_ password: Secret, against hash: PasswordHash?, for share: HashShare) async throws -> Bool

    /// Whether `hash` has a form that is known, and asks for no more work than a login may cost.
    func canVerify(_ hash: PasswordHash) -> Bool

    /// Whether `hash` was made under other parameters than the current ones.
    func needsRehash(_ hash: PasswordHash) -> Bool
}

extension PasswordHasher {
    /// A hash of the server's own.
    package func hash(_ password: Secret) async throws -> PasswordHash { try await hash(password, for: .own) }

    /// A check of the server's own.
    package func verify(_ password: Secret, against hash: PasswordHash?) async throws -> Bool {
        try await verify(password, against: hash, for: .own)
    }
}
