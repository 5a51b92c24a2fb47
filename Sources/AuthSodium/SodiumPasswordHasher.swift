package import AuthCore

/// ``PasswordHasher`` with libsodium's Argon2id on a ``WorkerPool``.
package struct SodiumPasswordHasher: PasswordHasher {
    private let parameters: Argon2id.Parameters
    private let pool: WorkerPool
    private let decoy: PasswordHash

    /// - Parameter parameters: of the hashes that are made; those that are checked say theirs themselves.
    package init(parameters: Argon2id.Parameters, pool: WorkerPool) {
        self.parameters = parameters
        self.pool = pool
        decoy = Argon2id.decoy(parameters)
    }

    /// On a hashing thread.
    package func hash(_ password: Secret, for share: HashShare) async throws -> PasswordHash {
        let parameters = self.parameters
        return try await pool.hash(for: share) { try Argon2id.hash(password, parameters) }
    }

    /// On a hashing thread; against a decoy where there is no hash, or one that cannot be verified.
    package func verify(_ password: Secret, against hash: PasswordHash?, for share: HashShare) async throws -> Bool {
        let stored = hash.flatMap { canVerify($0) ? $0 : nil }
        let candidate = stored ?? decoy
        let matches = try await pool.hash(for: share) { Argon2id.verify(password, candidate) }
        return matches && stored != nil
    }

    /// By its parameters: those that libsodium reads, up to a cost.
    package func canVerify(_ hash: PasswordHash) -> Bool {
        StoredHash(hash)?.isAffordable(beside: parameters) ?? false
    }

    /// Makes a hash and looks whether its memory stays with the thread that made it.
    /// - Throws: as ``hash(_:for:)``.
    package func hashingMemory() async throws -> HashingMemory {
        let parameters = self.parameters
        return try await pool.hash {
            _ = try Argon2id.hash(Secret("nobody's password"), parameters)
            return HashingMemory.ofThisThread(afterHashOf: parameters)
        }
    }

    /// By how the PHC string begins.
    package func needsRehash(_ hash: PasswordHash) -> Bool { !hash.phcString.hasPrefix(parameters.prefix) }
}
