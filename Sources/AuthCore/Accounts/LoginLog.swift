package import Logging
import Synchronization

/// Tells an operator of logins: of each that failed, from where and why, and of accounts that nobody can log in to.
///
/// A name that nobody has is not told: it may be a password that was typed into the wrong field.
package final class LoginLog: Sendable {
    /// Of a name in characters: those of an older implementation have any length.
    private static let longestName = 64
    /// Beyond it the memory begins anew: what is damaged by the thousand is told more than once.
    private static let capacity = 1_024

    private let logger: Logger
    private let unreadable = Mutex<Set<UserID>>([])

    /// Has told nothing yet.
    package init(logger: Logger) { self.logger = logger }

    /// Notes a login that was refused, and why, which the client is not told; `user` is the account of that name, where
    /// there is one.
    func failed(_ reason: AuditReason, _ user: User?, from client: IPAddress) {
        var metadata: Logger.Metadata = ["client": "\(client)", "reason": "\(reason.rawValue)"]
        if let user { metadata["user"] = "\(Self.short(user.username))" }
        logger.notice("login failed", metadata: metadata)
    }

    /// Notes a login that succeeded.
    func succeeded(_ user: User, from client: IPAddress) {
        logger.debug("login succeeded", metadata: ["client": "\(client)", "user": "\(Self.short(user.username))"])
    }

    /// Notes that a user has given the account another password.
    func changedPassword(_ user: User, from client: IPAddress) {
        logger.info("password changed", metadata: ["client": "\(client)", "user": "\(Self.short(user.username))"])
    }

    /// Notes that the hash of `user` was asked for and cannot be read: told once for each account, however often somebody
    /// tries.
    func noteUnreadableHash(of user: UserID) {
        let isNews = unreadable.withLock { known in
            if known.count >= Self.capacity { known = [] }
            return known.insert(user).inserted
        }
        guard isNews else { return }
        logger.error(
            "password hash cannot be read: nobody can log in to this account, restore users.password_hash from a backup",
            metadata: ["user_id": "\(user)"])
    }

    private static func short(_ name: String) -> String {
        let scalars = name.unicodeScalars
        return scalars.count > longestName ? String(scalars.prefix(longestName)) + "…" : name
    }
}
