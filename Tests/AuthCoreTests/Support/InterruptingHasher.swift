import AuthCore
import AuthTestSupport

/// Lets something happen while a password is checked.
struct InterruptingHasher: PasswordHasher {
    let hasher: FakePasswordHasher
    let interrupt: @Sendable () async throws -> Void

    func hash(_ password: Secret, for share: HashShare) async throws -> PasswordHash {
        try await hasher.hash(password, for: share)
    }

    func verify(_ password: Secret, against hash: PasswordHash?, for share: HashShare) async throws -> Bool {
        let matches = try await hasher.verify(password, against: hash, for: share)
        try await interrupt()
        return matches
    }

    func canVerify(_ hash: PasswordHash) -> Bool { hasher.canVerify(hash) }

    func needsRehash(_ hash: PasswordHash) -> Bool { hasher.needsRehash(hash) }
}
