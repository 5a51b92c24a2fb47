import Synchronization

/// Remembers which verifiers fetched the JWK Set, and whether they did since the newest key was published: evidence
/// for "who would fail if this key signed now?". In memory, bounded, lost at a restart.
package final class KeyPropagationTracker: Sendable {
    private struct Verifier: Hashable {
        let address: RateLimitKey
        let userAgent: String
    }

    private struct Table {
        var lastFetch: [Verifier: Timestamp] = [:]
        var newest: (id: KeyID, publishedAt: Timestamp)?
    }

    /// Enough for a large fleet; an attacker who invents names fills it and learns nothing.
    package static let capacity = 4_096
    private static let longestUserAgent = 128
    /// One that has not asked for a day is no verifier of ours any more: no key waits for it.
    private static let memory: Duration = .seconds(86_400)

    private let time: any TimeSource
    private let table = Mutex(Table())

    /// Knows nobody yet.
    package init(time: any TimeSource) { self.time = time }

    /// Notes that a verifier got the JWK Set.
    package func note(address: RateLimitKey, userAgent: String) {
        let verifier = Verifier(address: address, userAgent: String(userAgent.prefix(Self.longestUserAgent)))
        let now = time.now
        table.withLock { table in
            if table.lastFetch.count >= Self.capacity, table.lastFetch[verifier] == nil {
                table.lastFetch = table.lastFetch.filter { now - $0.value < Self.memory }
                guard table.lastFetch.count < Self.capacity else { return }
            }
            table.lastFetch[verifier] = now
        }
    }

    /// Notes which key is the newest in the set that is now shown.
    package func show(newest id: KeyID) {
        let now = time.now
        table.withLock { table in
            if table.newest?.id != id { table.newest = (id, now) }
        }
    }

    /// Where the known verifiers stand; nil before any key was shown.
    package var propagation: KeyPropagation? {
        let now = time.now
        return table.withLock { table in
            guard let newest = table.newest else { return nil }
            let known = table.lastFetch.values.filter { now - $0 < Self.memory }
            return KeyPropagation(
                newest: newest.id, known: known.count, aware: known.count { $0 >= newest.publishedAt })
        }
    }
}
