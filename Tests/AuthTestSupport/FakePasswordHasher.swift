package import AuthCore
import Synchronization

/// A ``PasswordHasher`` that takes no time, with strings that can be read back: `$fake$p=<parameters>$<password>`.
package final class FakePasswordHasher: PasswordHasher {
    /// What was asked of a hasher.
    package struct Calls: Equatable, Sendable {
        /// Passwords hashed.
        package var hashes = 0
        /// Passwords checked against a hash.
        package var verifications = 0
        /// Passwords checked against nothing: an unknown user's.
        package var verificationsWithoutHash = 0

        /// That many of each.
        package init(hashes: Int = 0, verifications: Int = 0, verificationsWithoutHash: Int = 0) {
            self.hashes = hashes
            self.verifications = verifications
            self.verificationsWithoutHash = verificationsWithoutHash
        }
    }

    /// A kind of work that can be refused for want of capacity.
    package enum Work: Sendable {
        /// ``PasswordHasher/hash(_:)``
        case hashing
        /// ``PasswordHasher/verify(_:against:)``
        case verifying
    }

    /// What a refused caller is told to wait.
    package static let retryAfter: Duration = .seconds(2)

    private static let currentParameters = "current"
    private let state = Mutex<(calls: Calls, overloaded: Set<Work>)>((Calls(), []))

    /// A hasher with capacity.
    package init() {}

    /// What was asked until now, refused calls included.
    package var calls: Calls { state.withLock { $0.calls } }

    /// Refuses this work from now on with ``AuthError/overloaded(retryAfter:)``.
    package func overload(_ work: Work) { state.withLock { _ = $0.overloaded.insert(work) } }

    /// The string that a hasher with these parameters makes of a password.
    package static func phc(_ password: String, parameters: String = currentParameters) -> PasswordHash {
        PasswordHash(phcString: "$fake$p=\(parameters)$\(password)")
    }

    package func hash(_ password: Secret, for share: HashShare) async throws -> PasswordHash {
        try enter(.hashing) { $0.hashes += 1 }
        return Self.phc(text(of: password))
    }

    package func verify(_ password: Secret, against hash: PasswordHash?, for share: HashShare) async throws -> Bool {
        try enter(.verifying) { calls in
            if hash == nil { calls.verificationsWithoutHash += 1 } else { calls.verifications += 1 }
        }
        guard let parts = hash?.phcString.split(separator: "$", maxSplits: 2), parts.count == 3 else { return false }
        return parts[2].utf8.elementsEqual(text(of: password).utf8)
    }

    package func canVerify(_ hash: PasswordHash) -> Bool { hash.phcString.hasPrefix("$fake$p=") }

    package func needsRehash(_ hash: PasswordHash) -> Bool {
        !hash.phcString.hasPrefix("$fake$p=\(Self.currentParameters)$")
    }

    private func enter(_ work: Work, _ count: (inout Calls) -> Void) throws(AuthError) {
        let isOverloaded = state.withLock { state in
            count(&state.calls)
            return state.overloaded.contains(work)
        }
        if isOverloaded { throw .overloaded(retryAfter: Self.retryAfter) }
    }

    private func text(of password: Secret) -> String { password.withBytes { String(decoding: $0, as: UTF8.self) } }
}
