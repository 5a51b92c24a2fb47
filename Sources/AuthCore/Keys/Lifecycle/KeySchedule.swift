/// What to do next with the keys: a pure function of (keys, now, policy).
///
/// The rules, in one breath: one key signs; one successor is published and waits; the successor takes over when its
/// moment has come *and* it has been published for the publish-ahead time; the old key stays in the JWK Set until the
/// last token that it signed has expired, plus the skew; then its row goes.
package struct KeySchedule: Sendable {
    package let policy: KeyPolicy

    package init(policy: KeyPolicy) { self.policy = policy }

    /// A key that is missing.
    package enum MissingKey: Int, Comparable, Sendable, CaseIterable {
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
        case retired(KeyID, withdrawnAt: Timestamp)
        case revoked(KeyID)
        case deleted(KeyID)
    }

    /// The answer for one moment.
    package struct Plan: Equatable, Sendable {
        /// The keys as they have to be; a key that is missing here is to be deleted.
        package var keys: [KeyLifecycle]
        /// What happened on the way there.
        package var events: [Event] = []
        /// Keys to generate, most urgent first.
        package var missing: [MissingKey] = []
        /// When there will be something to do again.
        package var wakesAt: Timestamp?
        /// When the JWK Set will change next; nil when nothing is due.
        package var setChangesAt: Timestamp?
    }

    /// Carries `keys` to where they belong at `now`. Doing it twice changes nothing more.
    package func plan(_ keys: [KeyLifecycle], at now: Timestamp) -> Plan {
        var plan = Plan(keys: keys)
        activateIfDue(&plan, now)
        removeWhatNothingNeeds(&plan, now)
        extendPromises(&plan, now)

        let successor = plan.keys.first { $0.state == .published }
        if plan.active == nil { plan.missing.append(.active) }
        if !plan.keys.contains(where: { $0.state == .expired }) { plan.missing.append(.expired) }
        if successor == nil { plan.missing.append(.successor) }

        let withdrawals = plan.keys.filter { $0.state == .retired }.map(\.withdrawnAt)
        let activation = successor.map { earliestActivation(of: $0, after: plan.active) }
        let changesSet = plan.missing.contains { $0 != .expired } ? now : activation
        plan.setChangesAt = (withdrawals + [changesSet].compactMap { $0 }).min()
        let removals = plan.keys.filter { $0.state == .revoked }.map(removalTime)
        plan.wakesAt = (withdrawals + removals + [activation].compactMap { $0 }).min()
        return plan
    }

    /// Takes `id` out of the JWK Set at once; if it was signing, its successor signs at once.
    package func revoke(_ id: KeyID, among keys: [KeyLifecycle], at now: Timestamp) -> Plan {
        var revoked = keys
        guard let index = revoked.firstIndex(where: { $0.id == id }), revoked[index].state != .expired else {
            return plan(keys, at: now)
        }
        revoked[index].state = .revoked
        revoked[index].retiredAt = revoked[index].retiredAt ?? now
        revoked[index].withdrawnAt = Timestamp(seconds: now.seconds)
        var plan = plan(revoked, at: now)
        plan.events.insert(.revoked(id), at: 0)
        return plan
    }

    /// Brings the next activation as near as the publish-ahead time allows.
    package func expedite(_ keys: [KeyLifecycle], at now: Timestamp) -> Plan {
        var expedited = keys
        if let index = expedited.firstIndex(where: { $0.state == .published }) {
            let soonest = max(now, expedited[index].publishedAt + policy.publishAhead)
            expedited[index].activatesAt = min(expedited[index].activatesAt, soonest)
        }
        return plan(expedited, at: now)
    }

    /// The record of a key that was generated to fill `need`, born at `now`.
    package func record(of id: KeyID, filling missing: MissingKey, after active: KeyLifecycle?, at now: Timestamp)
        -> KeyLifecycle
    {
        switch missing {
        case .active:
            return KeyLifecycle(
                id: id, state: .active, publishedAt: now, activatesAt: now,
                withdrawnAt: plannedWithdrawal(activated: now))
        case .expired:
            let past = Timestamp(seconds: now.seconds - 3_600)
            return KeyLifecycle(id: id, state: .expired, publishedAt: past, activatesAt: past, withdrawnAt: past)
        case .successor:
            let activation = max(now + policy.publishAhead, (active?.activatesAt ?? now) + policy.activePeriod)
            return KeyLifecycle(
                id: id, state: .published, publishedAt: now, activatesAt: activation,
                withdrawnAt: plannedWithdrawal(activated: activation))
        }
    }

    /// When `successor` may take over: not before it was published long enough, whatever its record says. A shorter
    /// active period set since then counts, a longer one waits for the next key.
    package func earliestActivation(of successor: KeyLifecycle, after active: KeyLifecycle?) -> Timestamp {
        let due = active.map { min(successor.activatesAt, $0.activatesAt + policy.activePeriod) }
        return max(successor.publishedAt + policy.publishAhead, due ?? successor.activatesAt)
    }

    /// When a key that signs from `activated` on will have left the JWK Set, if all goes by plan.
    private func plannedWithdrawal(activated: Timestamp) -> Timestamp {
        roundedUp(activated + policy.activePeriod + policy.tokenLifetime + policy.clockSkew)
    }

    private func removeWhatNothingNeeds(_ plan: inout Plan, _ now: Timestamp) {
        let signsExpired = plan.keys.last { $0.state == .expired }?.id
        plan.keys.removeAll { key in
            let isOver =
                switch key.state {
                case .retired: now >= key.withdrawnAt
                case .revoked: now >= removalTime(of: key)
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
            plan.keys[active].withdrawnAt = withdrawal(of: plan.keys[active], now)
            plan.events.append(.retired(plan.keys[active].id, withdrawnAt: plan.keys[active].withdrawnAt))
        }
        plan.keys[next].state = .active
        plan.keys[next].activatesAt = now
        plan.keys[next].withdrawnAt = plannedWithdrawal(activated: now)
        plan.events.append(.activated(plan.keys[next].id, early: !isKnown))
    }

    /// Keeps `keys.exp` of a key that signs or will sign ahead of any token it may sign, however long the server or its
    /// successor was away.
    private func extendPromises(_ plan: inout Plan, _ now: Timestamp) {
        for index in plan.keys.indices where plan.keys[index].state == .published || plan.keys[index].state == .active {
            let begins = plan.keys[index].state == .active ? now : max(now, plan.keys[index].activatesAt)
            if plan.keys[index].withdrawnAt < begins + policy.tokenLifetime + policy.clockSkew {
                plan.keys[index].withdrawnAt = plannedWithdrawal(activated: begins)
            }
        }
    }

    /// The exact moment: the last token's expiry plus the skew, in whole seconds; never the moment of retirement itself,
    /// for a key is seen in every state that it goes through.
    private func withdrawal(of key: KeyLifecycle, _ now: Timestamp) -> Timestamp {
        roundedUp(
            max(now + .milliseconds(1), (key.latestTokenExpiry ?? now) + policy.clockSkew, now + policy.clockSkew))
    }

    /// A revoked key's record goes when the last of its tokens has expired.
    private func removalTime(of key: KeyLifecycle) -> Timestamp {
        (key.latestTokenExpiry ?? key.withdrawnAt) + policy.clockSkew
    }

    private func roundedUp(_ moment: Timestamp) -> Timestamp { Timestamp(seconds: moment.secondsRoundedUp) }
}

extension KeySchedule.Plan {
    /// The key that signs.
    package var active: KeyLifecycle? { keys.first { $0.state == .active } }
}
