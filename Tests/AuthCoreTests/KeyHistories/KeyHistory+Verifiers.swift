import AuthCore

/// What verifiers see.
extension KeyHistory {
    /// A verifier gets the JWK Set of a process, and caches it for exactly the max-age it is told.
    mutating func fetch(_ verifier: Int) {
        guard let ring = processes.randomElement(using: &generator)?.ring ?? processes.compactMap(\.ring).first
        else { return }
        var maxAge = policy.maxAge.milliseconds / 1_000
        if let change = ring.setChangesAt {
            maxAge = max(0, min(policy.maxAge.milliseconds, (change - now).milliseconds) / 1_000)
        }
        expect(!ring.set.isEmpty, "an empty JWK Set is served")
        verifiers[verifier] = Cache(
            set: ring.set, fetchedAt: now, freshUntil: now + .seconds(maxAge))
    }

    /// A verifier is shown one of the tokens that are alive; it fetches only when its cache is over.
    mutating func verify() {
        tokens.removeAll { $0.expiresAt + policy.clockSkew <= now }
        guard let token = tokens.randomElement(using: &generator) else { return }
        let verifier = Int(random(0...Int64(verifiers.count - 1)))
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

    /// What must hold at every instant.
    mutating func checkInvariants() {
        guard !keys.isEmpty else { return }
        expect(keys.count { $0.state == .active } <= 1, "two active keys")
        expect(keys.count { $0.state == .published } <= 1, "two successors")
        expect(Set(keys.map(\.id)).count == keys.count, "one kid twice")
        let set = Set(keys.filter { $0.isInJWKSet(at: now) }.map(\.id))
        let signs = keys.contains { $0.state == .active }
        expect(signs || !revoked.isEmpty, "no key signs though none was revoked")
        expect(!set.isEmpty || !signs, "the JWK Set is empty")
        expect(set.isDisjoint(with: revoked), "a revoked key is in the JWK Set")
        tokens.removeAll { $0.expiresAt + policy.clockSkew <= now }
        for token in tokens where !revoked.contains(token.key) {
            expect(set.contains(token.key), "\(token.key) left the JWK Set before a token")
            for process in processes {
                guard let ring = process.ring, early[token.key] == nil else { continue }
                expect(ring.set.contains(token.key), "a process serves no \(token.key)")
            }
        }
        let plan = schedule.plan(keys, at: now)
        let again = schedule.plan(plan.keys, at: now)
        expect(again.keys == plan.keys && again.events.isEmpty, "planning twice changes more")
    }

    /// Between now and the moments that the plan names, nothing happens: neither to the keys nor to the JWK Set.
    mutating func checkForecast() {
        let plan = schedule.plan(keys, at: now)
        guard plan.missing.isEmpty else {
            let isAboutToChange = plan.setChangesAt == now || plan.missing == [.expired]
            return expect(isAboutToChange, "verifiers are told to cache what is about to change")
        }
        guard let wakesAt = plan.wakesAt, let changesAt = plan.setChangesAt, wakesAt > now, changesAt > now else {
            return fail("nothing planned, or for the past")
        }
        expect(wakesAt <= changesAt, "the JWK Set changes while everyone sleeps")
        func set(_ plan: KeySchedule.Plan, _ moment: Timestamp) -> [KeyID] {
            plan.keys.filter { $0.isInJWKSet(at: moment) }.map(\.id)
        }
        let between = now + .milliseconds(random(0...((wakesAt - now).milliseconds - 1)))
        expect(schedule.plan(plan.keys, at: between).events.isEmpty, "something happens before the plan wakes")
        expect(
            !schedule.plan(plan.keys, at: wakesAt).events.isEmpty, "nothing happens when the plan wakes at \(wakesAt)")
        let before = now + .milliseconds(random(0...((changesAt - now).milliseconds - 1)))
        let then = schedule.plan(plan.keys, at: before)
        expect(
            then.missing.isEmpty && set(then, before) == set(plan, now), "the JWK Set changes before \(changesAt)")
    }
}
