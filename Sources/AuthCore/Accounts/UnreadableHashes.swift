package import Logging
import Synchronization

/// Tells an operator which accounts nobody can log in to because their stored hash cannot be read: once for each account,
/// however often somebody tries.
package final class UnreadableHashes: Sendable {
    /// Beyond it the memory begins anew: what is damaged by the thousand is told more than once.
    private static let capacity = 1_024

    private let logger: Logger
    private let known = Mutex<Set<UserID>>([])

    /// Knows of none yet.
    package init(logger: Logger) { self.logger = logger }

    /// Notes that the hash of `user` was asked for and cannot be read.
    func note(_ user: UserID) {
        let isNews = known.withLock { known in
            if known.count >= Self.capacity { known = [] }
            return known.insert(user).inserted
        }
        guard isNews else { return }
        logger.error(
            "password hash cannot be read: nobody can log in to this account, restore users.password_hash from a backup",
            metadata: ["user": "\(user)"])
    }
}
