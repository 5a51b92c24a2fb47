/// What to do next with the keys: a pure function of (keys, now, policy).
///
/// The rules, in one breath: one key signs; one successor is published and waits; the successor takes over when its
/// moment has come *and* it has been published for the publish-ahead time; the old key stays in the JWK Set until the
/// last token that it signed has expired, plus the skew; then its row goes.
package struct KeySchedule: Sendable {
    package let policy: KeyPolicy

    package init(policy: KeyPolicy) { self.policy = policy }

    /// A key that is missing.
    package enum Need: Int, Comparable, Sendable, CaseIterable {
        /// No key can sign: the new one must at once.
        case active
        /// `?expired=true` has no key.
        case expired
        /// The signing key has no successor.
        case successor

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// Something that happened to a key, for the log.
    package enum Event: Equatable, Sendable {
        /// `early` when it had not been published for the publish-ahead time: some verifiers may not know it yet.
        case activated(KeyID, early: Bool)
        case retired(KeyID, leavesAt: Timestamp)
        case revoked(KeyID)
        case deleted(KeyID)
    }

    /// The answer for one moment.
    package struct Plan: Equatable, Sendable {
        /// The keys as they have to be; a key that is missing here is to be deleted.
        package var keys: [KeyRecord]
        /// What happened on the way there.
        package var events: [Event] = []
        /// Keys to generate, most urgent first.
        package var needs: [Need] = []
        /// When there will be something to do again.
        package var wakesAt: Timestamp?
        /// When the JWK Set will change next; nil when nothing is due.
        package var setChangesAt: Timestamp?
    }

    /// Carries `keys` to where they belong at `now`. Doing it twice changes nothing more.
    package func plan(_ keys: [KeyRecord], at now: Timestamp) -> Plan {
        var plan = Plan(keys: keys)
        activateIfDue(&plan, now)
        removeWhatNothingNeeds(&plan, now)
        extendPromises(&plan, now)

        let successor = plan.keys.first { $0.state == .published }
        if plan.active == nil { plan.needs.append(.active) }
        if !plan.keys.contains(where: { $0.state == .expired }) { plan.needs.append(.expired) }
        if successor == nil { plan.needs.append(.successor) }

        let departures = plan.keys.filter { $0.state == .retired }.map(\.leavesAt)
        let activation = successor.map { earliestActivation(of: $0, after: plan.active) }
        let changesSet = plan.needs.contains { $0 != .expired } ? now : activation
        plan.setChangesAt = (departures + [changesSet].compactMap { $0 }).min()
        let burials = plan.keys.filter { $0.state == .revoked }.map(burial)
        plan.wakesAt = (departures + burials + [activation].compactMap { $0 }).min()
        return plan
    }

    /// Takes `id` out of the JWK Set at once; if it was signing, its successor signs at once.
    package func revoke(_ id: KeyID, among keys: [KeyRecord], at now: Timestamp) -> Plan {
        var revoked = keys
        guard let index = revoked.firstIndex(where: { $0.id == id }), revoked[index].state != .expired else {
            return plan(keys, at: now)
        }
        revoked[index].state = .revoked
        revoked[index].retiredAt = revoked[index].retiredAt ?? now
        revoked[index].leavesAt = Timestamp(seconds: now.seconds)
        var plan = plan(revoked, at: now)
        plan.events.insert(.revoked(id), at: 0)
        return plan
    }

    /// Brings the next activation as near as the publish-ahead time allows.
    package func hasten(_ keys: [KeyRecord], at now: Timestamp) -> Plan {
        var hastened = keys
        if let index = hastened.firstIndex(where: { $0.state == .published }) {
            let soonest = max(now, hastened[index].publishedAt + policy.publishAhead)
            hastened[index].activatesAt = min(hastened[index].activatesAt, soonest)
        }
        return plan(hastened, at: now)
    }

    /// The record of a key that was generated to fill `need`, born at `now`.
    package func record(of id: KeyID, filling need: Need, after active: KeyRecord?, at now: Timestamp) -> KeyRecord {
        switch need {
        case .active:
            return KeyRecord(
                id: id, state: .active, publishedAt: now, activatesAt: now, leavesAt: plannedDeparture(activated: now))
        case .expired:
            let past = Timestamp(seconds: now.seconds - 3_600)
            return KeyRecord(id: id, state: .expired, publishedAt: past, activatesAt: past, leavesAt: past)
        case .successor:
            let activation = max(now + policy.publishAhead, (active?.activatesAt ?? now) + policy.activePeriod)
            return KeyRecord(
                id: id, state: .published, publishedAt: now, activatesAt: activation,
                leavesAt: plannedDeparture(activated: activation))
        }
    }

    /// When `successor` may take over: not before it was published long enough, whatever its record says. A shorter
    /// active period set since then counts, a longer one waits for the next key.
    package func earliestActivation(of successor: KeyRecord, after active: KeyRecord?) -> Timestamp {
        let due = active.map { min(successor.activatesAt, $0.activatesAt + policy.activePeriod) }
        return max(successor.publishedAt + policy.publishAhead, due ?? successor.activatesAt)
    }

    /// When a key that signs from `activated` on will have left the JWK Set, if all goes by plan.
    private func plannedDeparture(activated: Timestamp) -> Timestamp {
        roundedUp(activated + policy.activePeriod + policy.tokenLifetime + policy.clockSkew)
    }

    private func removeWhatNothingNeeds(_ plan: inout Plan, _ now: Timestamp) {
        let signsExpired = plan.keys.last { $0.state == .expired }?.id
        plan.keys.removeAll { key in
            let isOver =
                switch key.state {
                case .retired: now >= key.leavesAt
                case .revoked: now >= burial(of: key)
                case .expired: key.id != signsExpired
                case .published, .active: false
                }
            if isOver { plan.events.append(.deleted(key.id)) }
            return isOver
        }
    }

    private func activateIfDue(_ plan: inout Plan, _ now: Timestamp) {
        guard let next = plan.keys.firstIndex(where: { $0.state == .published }) else { return }
        let isKnown = now >= plan.keys[next].publishedAt + policy.publishAhead
        if let active = plan.keys.firstIndex(where: { $0.state == .active }) {
            guard now >= earliestActivation(of: plan.keys[next], after: plan.keys[active]) else { return }
            plan.keys[active].state = .retired
            plan.keys[active].retiredAt = now
            plan.keys[active].leavesAt = departure(of: plan.keys[active], now)
            plan.events.append(.retired(plan.keys[active].id, leavesAt: plan.keys[active].leavesAt))
        }
        plan.keys[next].state = .active
        plan.keys[next].activatesAt = now
        plan.keys[next].leavesAt = plannedDeparture(activated: now)
        plan.events.append(.activated(plan.keys[next].id, early: !isKnown))
    }

    /// Keeps `keys.exp` of a key that signs or will sign ahead of any token it may sign, however long the server or its
    /// successor was away.
    private func extendPromises(_ plan: inout Plan, _ now: Timestamp) {
        for index in plan.keys.indices where plan.keys[index].state == .published || plan.keys[index].state == .active {
            let begins = plan.keys[index].state == .active ? now : max(now, plan.keys[index].activatesAt)
            if plan.keys[index].leavesAt < begins + policy.tokenLifetime + policy.clockSkew {
                plan.keys[index].leavesAt = plannedDeparture(activated: begins)
            }
        }
    }

    /// The exact moment: the last token's expiry plus the skew, in whole seconds; never the moment of retirement itself,
    /// for a key is seen in every state that it goes through.
    private func departure(of key: KeyRecord, _ now: Timestamp) -> Timestamp {
        roundedUp(max(now + .milliseconds(1), (key.signedUntil ?? now) + policy.clockSkew, now + policy.clockSkew))
    }

    /// A revoked key's record goes when the last of its tokens has expired.
    private func burial(of key: KeyRecord) -> Timestamp { (key.signedUntil ?? key.leavesAt) + policy.clockSkew }

    private func roundedUp(_ moment: Timestamp) -> Timestamp { Timestamp(seconds: moment.secondsRoundedUp) }
}

extension KeySchedule.Plan {
    /// The key that signs.
    package var active: KeyRecord? { keys.first { $0.state == .active } }
}
