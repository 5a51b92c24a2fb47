import AuthCore

/// What may become of a key, and what must hold at every instant.
extension KeyHistory {
    /// Looks at the store, and whether each change since the last look was right.
    func observe() {
        let before = Dictionary(uniqueKeysWithValues: keys.map { ($0.id, $0) })
        let after = world.lifecycles
        let isFirst = keys.isEmpty
        for key in after {
            if before[key.id] == nil { checkBirth(of: key, among: after, isFirst) }
            let was = before[key.id]?.state ?? .published
            if key.state == .active, was != .active { checkActivation(of: key) }
            if key.state == .retired, was != .retired { checkRetirement(of: key) }
            expect(was != .retired || key.state == .retired || key.state == .revoked, "\(key.id) came back")
            expect(was != .revoked || key.state == .revoked, "\(key.id) came back from revocation")
        }
        for key in keys where !after.contains(where: { $0.id == key.id }) {
            let isNeeded = tokens.contains { $0.key == key.id && $0.expiresAt + policy.clockSkew > now }
            expect(!isNeeded || revoked.contains(key.id), "\(key.id) was deleted before its tokens had expired")
        }
        keys = after
    }

    private func checkBirth(of key: KeyLifecycle, among all: [KeyLifecycle], _ isFirst: Bool) {
        guard key.state != .expired else { return }
        if key.publishedAt == key.activatesAt, key.state == .active {
            expect(isFirst || !revoked.isEmpty, "a signing key was missing though none was revoked")
            if !isFirst { early[key.id] = key.activatesAt }
            mayActivateFrom[key.id] = key.activatesAt
            return
        }
        // The plan may be about a takeover that the next step will see to.
        let signing = (keys + all).last { $0.algorithm == key.algorithm && $0.state == .active && $0.id != key.id }
        mayActivateFrom[key.id] = signing.map { $0.activatesAt + policy.activePeriod } ?? key.publishedAt
    }

    private func checkActivation(of key: KeyLifecycle) {
        counts.rotations += 1
        if key.activatesAt < key.publishedAt + policy.publishAhead {
            guard key.publishedAt != key.activatesAt || early[key.id] == nil else { return }
            let isFirstOfAll = key.publishedAt == key.activatesAt && revoked.isEmpty
            expect(isFirstOfAll || !revoked.isEmpty, "\(key.id) signs early though none was revoked")
            if !isFirstOfAll { early[key.id] = key.activatesAt }
        } else if revoked.isEmpty {
            let due = mayActivateFrom[key.id]
            expect(due.map { key.activatesAt >= $0 } ?? false, "\(key.id) signs before its time")
        }
    }

    private func checkRetirement(of key: KeyLifecycle) {
        let latest = tokens.filter { $0.key == key.id }.map(\.expiresAt).max()
        expect(latest.map { $0 + policy.clockSkew <= key.withdrawnAt } ?? true, "\(key.id) retires before its tokens")
    }

    func checkInvariants() {
        guard !keys.isEmpty else { return }
        for algorithm in schedule.algorithms {
            let mine = keys.filter { $0.algorithm == algorithm }
            expect(mine.count { $0.state == .active } <= 1, "two active keys of \(algorithm)")
            expect(mine.count { $0.state == .published } <= 1, "two successors of \(algorithm)")
        }
        expect(keys.allSatisfy { schedule.algorithms.contains($0.algorithm) }, "a key nobody asked for")
        expect(Set(keys.map(\.id)).count == keys.count, "one kid twice")
        let set = Set(keys.filter { $0.isInJWKSet(at: now) }.map(\.id))
        let signs = keys.contains { $0.state == .active && $0.algorithm == .rs256 }
        expect(signs || !revoked.isEmpty, "no key signs though none was revoked")
        expect(!set.isEmpty || !signs, "the JWK Set is empty")
        expect(set.isDisjoint(with: revoked), "a revoked key is in the JWK Set")
        tokens.removeAll { $0.expiresAt + policy.clockSkew <= now }
        for token in tokens where !revoked.contains(token.key) {
            expect(set.contains(token.key), "\(token.key) left the JWK Set before a token")
            for node in nodes {
                guard let ring = node.process.ring.current, early[token.key] == nil else { continue }
                expect(ring.set.keyIDs.contains(token.key), "a process serves no \(token.key)")
            }
        }
        for key in keys where key.state == .published || key.state == .active {
            let stored = key.latestTokenExpiry.map { $0 + policy.clockSkew <= key.withdrawnAt } ?? true
            expect(stored, "keys.exp of \(key.id) lies before its tokens' end")
        }
        let plan = schedule.plan(keys, at: now)
        let again = schedule.plan(plan.keys, at: now)
        expect(again.keys == plan.keys && again.events.isEmpty, "planning twice changes more")
    }

    /// Between now and the moments that the plan names, nothing happens: neither to the keys nor to the JWK Set.
    func checkForecast() {
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
        let between = now + .milliseconds(dice.random(0...((wakesAt - now).milliseconds - 1)))
        expect(schedule.plan(plan.keys, at: between).events.isEmpty, "something happens before the plan wakes")
        expect(
            !schedule.plan(plan.keys, at: wakesAt).events.isEmpty, "nothing happens when the plan wakes at \(wakesAt)")
        let before = now + .milliseconds(dice.random(0...((changesAt - now).milliseconds - 1)))
        let then = schedule.plan(plan.keys, at: before)
        expect(
            then.missing.isEmpty && set(then, before) == set(plan, now), "the JWK Set changes before \(changesAt)")
    }
}
