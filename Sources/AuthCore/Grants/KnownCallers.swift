import Synchronization

/// Who logged in lately, to which account and from which block of addresses: under a flood, theirs are the logins that
/// nobody else can imitate. In memory, bounded, lost at a restart.
final class KnownCallers: Sendable {
    private struct Generations {
        var young: Set<Int> = []
        var old: Set<Int> = []
    }

    /// In each of two generations: when the younger is full, the older is forgotten. Only a right password enters it.
    private static let capacity = 32_768
    private let generations = Mutex(Generations())

    /// Whether somebody logged in to `username` from the block of `client`.
    func contains(_ username: String, from client: IPAddress) -> Bool {
        let pair = Self.pair(username, client)
        return generations.withLock { $0.young.contains(pair) || $0.old.contains(pair) }
    }

    /// Notes a login that succeeded.
    func note(_ username: String, from client: IPAddress) {
        let pair = Self.pair(username, client)
        generations.withLock { generations in
            guard generations.young.insert(pair).inserted, generations.young.count >= Self.capacity else { return }
            generations.old = generations.young
            generations.young = []
        }
    }

    /// By bytes: a name is the caller's text. Seeded anew in each process, so that nobody can choose one that collides.
    private static func pair(_ username: String, _ client: IPAddress) -> Int {
        var hasher = Hasher()
        for byte in username.utf8 { hasher.combine(byte) }
        hasher.combine(AddressBlock(of: client.rateLimitKey))
        return hasher.finalize()
    }
}
