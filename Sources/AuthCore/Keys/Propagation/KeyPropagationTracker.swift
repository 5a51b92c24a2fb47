import Synchronization

/// Remembers which verifiers fetched the JWK Set, and whether they did since the newest key was published: evidence
/// for "who would fail if this key signed now?". In memory, bounded, lost at a restart.
///
/// A verifier is an address and a User-Agent, and both can be invented: an address is so many verifiers at most and a
/// block of addresses so many, whatever they call themselves; those beyond count as one.
package final class KeyPropagationTracker: Sendable {
    fileprivate enum Verifier: Hashable {
        /// By a hash of the name's bytes: its length is the caller's choice, and a `String` takes longer to compare.
        case named(RateLimitKey, name: Int)
        case others(of: RateLimitKey)
        case othersOfBlock(AddressBlock)
    }

    fileprivate struct Table {
        var lastFetch: [Verifier: Timestamp] = [:]
        /// How many of them are named, by address and by block.
        var names: [RateLimitKey: Int] = [:]
        var namesOfBlock: [AddressBlock: Int] = [:]
        var newest: (id: KeyID, publishedAt: Timestamp)?
        var lastSweep: Timestamp?
    }

    /// Enough for a large fleet; what fills it pushes nobody out.
    package static let capacity = 4_096
    /// The most User-Agents that one address is counted by.
    package static let namesOfAddress = 16
    /// The most of all addresses in a block.
    package static let namesOfBlock = 256
    /// Bytes of the User-Agent.
    private static let longestUserAgent = 128
    /// One that has not asked for a day is no verifier of ours any more: no key waits for it.
    private static let memory: Duration = .seconds(86_400)

    private let time: any TimeSource
    private let table = Mutex(Table())

    /// Knows nobody yet.
    package init(time: any TimeSource) { self.time = time }

    /// Notes that a verifier got the JWK Set.
    package func note(address: RateLimitKey, userAgent: String) {
        var hasher = Hasher()
        for byte in userAgent.utf8.prefix(Self.longestUserAgent) { hasher.combine(byte) }
        let named = Verifier.named(address, name: hasher.finalize())
        let now = time.now
        table.withLock { table in
            let verifier = table.lastFetch[named] == nil ? table.place(of: named, address) : named
            if table.lastFetch.count >= Self.capacity, table.lastFetch[verifier] == nil {
                table.forget(before: now - Self.memory, at: now)
                guard table.lastFetch.count < Self.capacity else { return }
            }
            if table.lastFetch.updateValue(now, forKey: verifier) == nil { table.count(verifier) }
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

extension KeyPropagationTracker.Table {
    /// As whom a verifier that is not known yet counts.
    fileprivate func place(
        of named: KeyPropagationTracker.Verifier, _ address: RateLimitKey
    ) -> KeyPropagationTracker.Verifier {
        if names[address, default: 0] >= KeyPropagationTracker.namesOfAddress { return .others(of: address) }
        let block = AddressBlock(of: address)
        if namesOfBlock[block, default: 0] >= KeyPropagationTracker.namesOfBlock { return .othersOfBlock(block) }
        return named
    }

    fileprivate mutating func count(_ verifier: KeyPropagationTracker.Verifier) {
        guard case .named(let address, _) = verifier else { return }
        names[address, default: 0] += 1
        namesOfBlock[AddressBlock(of: address), default: 0] += 1
    }

    /// Drops who has not asked since `moment`: at most once a minute, for a full table is gone through as a whole.
    fileprivate mutating func forget(before moment: Timestamp, at now: Timestamp) {
        if let lastSweep, now >= lastSweep, now - lastSweep < .seconds(60) { return }
        lastSweep = now
        lastFetch = lastFetch.filter { $0.value > moment }
        names = [:]
        namesOfBlock = [:]
        for verifier in lastFetch.keys { count(verifier) }
    }
}
