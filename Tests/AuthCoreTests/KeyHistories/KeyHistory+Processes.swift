import AuthCore

/// What the processes do, as KeyRotationLoop, RotateKeys and TokenIssuer do it.
extension KeyHistory {
    /// Looks at the store, does what is due, publishes the ring. Keys that are needed are made at once, or later.
    mutating func tick(_ index: Int, generates: Bool = true) {
        step(index)
        guard generates, !schedule.plan(keys, at: now).missing.isEmpty else { return }
        if processes[index].ring != nil, chance(30) {
            processes[index].isGenerating = true
        } else {
            fillAll(index)
        }
    }

    mutating func fillAll(_ index: Int) {
        processes[index].isGenerating = false
        var missing = schedule.plan(keys, at: now).missing.count
        while missing > 0 {
            guard generate() else { return }
            missing -= 1
        }
        step(index)
        let plan = schedule.plan(keys, at: now)
        expect(plan.missing.isEmpty, "still needed after filling: \(plan.missing)")
        expect(keys.count { $0.state == .active } == 1, "not exactly one active key once needs are filled")
        expect(keys.count { $0.state == .published } == 1, "not exactly one successor once needs are filled")
        expect(keys.count { $0.state == .expired } == 1, "not exactly one key for expired tokens")
    }

    /// One key, for the most urgent need of the store as it is. False when it came so late that something else is due
    /// first: the next tick sees to that.
    private mutating func generate() -> Bool {
        let plan = schedule.plan(keys, at: now)
        guard let need = plan.missing.first else { return true }
        guard plan.events.isEmpty else { return false }
        let isFirst = keys.isEmpty
        let id = KeyID(lastID + 1)
        let record = schedule.record(of: id, filling: need, after: plan.active, at: now)
        expect(!keys.contains { $0.state == record.state }, "the store has a key that is \(record.state)")
        lastID += 1
        keys.append(record)
        birth[id] = now
        if need == .active {
            start[id] = now
            expect(isFirst || !revoked.isEmpty, "a signing key was missing though none was revoked")
            if !isFirst { early[id] = now }
        }
        if need == .successor {
            // The plan may be about a takeover that the next step will see to.
            mayActivateFrom[id] = plan.active.map { (start[$0.id] ?? now) + policy.activePeriod } ?? now
        }
        return true
    }

    mutating func step(_ index: Int) {
        let plan = schedule.plan(keys, at: now)
        carryOut(plan)
        for key in keys where key.state == .published || key.state == .active {
            let begins = key.state == .active ? now : max(now, key.activatesAt)
            let room = begins + policy.tokenLifetime + policy.clockSkew
            expect(key.withdrawnAt >= room, "keys.exp of \(key.id) leaves no room for a token")
        }
        processes[index].lookedAt = now
        guard let active = plan.active else { return }
        processes[index].ring = Ring(
            active: active.id, set: Set(plan.keys.filter { $0.isInJWKSet(at: now) }.map(\.id)),
            setChangesAt: plan.setChangesAt)
    }

    /// Puts the plan into the store, and looks whether each of its events was right.
    mutating func carryOut(_ plan: KeySchedule.Plan) {
        for event in plan.events {
            switch event {
            case .activated(let id, let isEarly): checkActivation(id, isEarly)
            case .retired(let id, let withdrawnAt):
                let latest = tokens.filter { $0.key == id }.map(\.expiresAt).max()
                expect(latest.map { $0 + policy.clockSkew <= withdrawnAt } ?? true, "\(id) retires before its tokens")
            case .revoked(let id): expect(revoked.contains(id), "\(id) was not to be revoked")
            case .deleted(let id): checkDeletion(id, plan)
            }
        }
        for key in plan.keys {
            let before = keys.first { $0.id == key.id }?.state
            expect(before == .retired ? !key.holdsPrivateHalf : true, "\(key.id) came back from retirement")
            expect(before == .revoked ? key.state == .revoked : true, "\(key.id) came back from revocation")
        }
        keys = plan.keys
    }

    /// Without a skew a key that signed nothing retires and goes at once.
    private mutating func checkDeletion(_ id: KeyID, _ plan: KeySchedule.Plan) {
        let retires = plan.events.contains { if case .retired(id, _) = $0 { true } else { false } }
        let state = keys.first { $0.id == id }?.state
        let signs = state == .active || state == .published
        expect(!signs || retires || revoked.contains(id), "\(id) was deleted while it was to sign")
        let isNeeded = tokens.contains { $0.key == id && $0.expiresAt + policy.clockSkew > now }
        expect(!isNeeded || revoked.contains(id), "\(id) was deleted before its tokens had expired")
    }

    private mutating func checkActivation(_ id: KeyID, _ isEarly: Bool) {
        counts.rotations += 1
        guard let birth = birth[id] else { return fail("\(id) was never made") }
        start[id] = now
        expect(isEarly == (now < birth + policy.publishAhead), "\(id) early: \(isEarly), published at \(birth)")
        if isEarly {
            expect(!revoked.isEmpty, "\(id) signs early though none was revoked")
            early[id] = now
        } else if revoked.isEmpty {
            expect(mayActivateFrom[id].map { now >= $0 } ?? false, "\(id) signs before its time")
        }
    }

    /// A login at this process.
    mutating func sign(_ index: Int) {
        for _ in 0..<2 {
            guard let ring = processes[index].ring else { return }
            let expiresAt = Timestamp(seconds: now.seconds) + policy.tokenLifetime
            let promised = processes[index].promises[ring.active].map { expiresAt <= $0 } ?? false
            if promised || reserveSigning(ring.active, expiresAt + stretch) {
                if !promised { processes[index].promises = [ring.active: expiresAt + stretch] }
                tokens.append(Token(key: ring.active, expiresAt: expiresAt))
                counts.tokens += 1
                return
            }
            // KeyRotationLoop.refresh: no key is made on the way of a login.
            tick(index, generates: false)
        }
        expect(mayRevoke, "no key would sign")
    }

    /// As the store does it.
    private mutating func reserveSigning(_ id: KeyID, _ until: Timestamp) -> Bool {
        guard let key = keys.firstIndex(where: { $0.id == id && $0.state == .active }) else { return false }
        keys[key].latestTokenExpiry = max(until, keys[key].latestTokenExpiry ?? until)
        let withdrawnAt = Timestamp(seconds: (until + policy.clockSkew).secondsRoundedUp)
        keys[key].withdrawnAt = max(keys[key].withdrawnAt, withdrawnAt)
        return true
    }
}
