import AuthCore

/// What verifiers see.
extension KeyHistory {
    /// A verifier gets the JWK Set of a process, and caches it for exactly the max-age it is told.
    func fetch(_ verifier: Int) {
        guard let ring = dice.pick(nodes.compactMap(\.process.ring.current)) else { return }
        expect(!ring.set.keyIDs.isEmpty, "an empty JWK Set is served")
        let maxAge = ring.maxAge(atMost: policy.maxAge, now: now)
        verifiers[verifier] = Cache(
            set: Set(ring.set.keyIDs), fetchedAt: now, freshUntil: now + .seconds(maxAge))
    }

    /// A verifier is shown one of the tokens that are alive; it fetches only when its cache is over.
    func verify() {
        tokens.removeAll { $0.expiresAt + policy.clockSkew <= now }
        guard let token = dice.pick(tokens) else { return }
        let verifier = Int(dice.random(0...Int64(verifiers.count - 1)))
        if now >= verifiers[verifier].freshUntil { fetch(verifier) }
        let cache = verifiers[verifier]
        // Everyone is down, and nobody would ask a verifier then.
        guard now < cache.freshUntil || cache.fetchedAt == now else { return }
        if revoked.contains(token.key) { return }
        // A revocation may hit caches that were filled before: that is what the event "early" is for.
        if let since = early[token.key], cache.fetchedAt < since + .seconds(1) { return }
        counts.verifications += 1
        expect(cache.set.contains(token.key), "a verifier lacks \(token.key), fetched at \(cache.fetchedAt)")
    }
}
