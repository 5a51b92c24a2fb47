// Lifecycle owns what becomes of a key and when: values and pure functions of them. It must not touch a key's secret,
// the store or a clock of its own but KeyClock.

/// What to do next with the keys: a pure function of (keys, now, policy, algorithms).
///
/// The rules, in one breath, for each algorithm by itself: one key signs; one successor is published and waits; the
/// successor takes over when its moment has come *and* it has been published for the publish-ahead time; the old key
/// stays in the JWK Set until the last token that it signed has expired, plus the skew; then its row goes.
///
/// An algorithm that is turned on publishes its first key now and signs with it only after the publish-ahead time; one
/// that is turned off signs no more at once, and its key leaves with its last token.
package struct KeySchedule: Sendable {
    /// How long a key plays each part.
    package let policy: KeyPolicy
    /// What there are keys for. RS256 is always among them.
    package let algorithms: Set<KeyAlgorithm>

    /// - Parameter algorithms: those beside RS256.
    package init(policy: KeyPolicy, algorithms: Set<KeyAlgorithm> = []) {
        self.policy = policy
        self.algorithms = algorithms.union([.rs256])
    }

    /// Carries `keys` to where they belong at `now`. Doing it twice changes nothing more.
    package func plan(_ keys: [ObservedKey], at now: Timestamp) -> Plan {
        var plan = Plan(observed: keys)
        for algorithm in KeyAlgorithm.allCases {
            if algorithms.contains(algorithm) {
                activateIfDue(algorithm, &plan, now)
            } else {
                turnOff(algorithm, &plan, now)
            }
        }
        removeWhatNothingNeeds(&plan, now)
        extendReservations(&plan, now)
        plan.missing = missing(in: plan)
        foresee(&plan, now)
        return plan
    }

    /// Takes `id` out of the JWK Set at once; if it was signing, its successor signs at once.
    package func revoke(_ id: KeyID, among keys: [ObservedKey], at now: Timestamp) -> Plan {
        var revoked = keys
        guard let index = revoked.firstIndex(where: { $0.id == id }), revoked[index].state != .expired else {
            return plan(keys, at: now)
        }
        revoked[index].decide { key in
            key.state = .revoked
            key.retiredAt = key.retiredAt ?? now
            key.withdrawnAt = Timestamp(seconds: now.seconds)
        }
        var plan = plan(revoked, at: now)
        plan.events.insert(.revoked(id), at: 0)
        return plan
    }

    /// Brings the next activation as near as the publish-ahead time allows.
    package func expedite(
        _ keys: [ObservedKey], of algorithm: KeyAlgorithm = .rs256, at now: Timestamp
    ) -> Plan {
        var expedited = keys
        if let index = expedited.firstIndex(where: { $0.algorithm == algorithm && $0.state == .published }) {
            let soonest = max(now, expedited[index].publishedAt + policy.publishAhead)
            if soonest < expedited[index].activatesAt { expedited[index].decide { $0.activatesAt = soonest } }
        }
        return plan(expedited, at: now)
    }

    /// The lifecycle of a key that was generated because it was `missing`, born at `now`.
    /// - Parameter active: the key of its algorithm that signs.
    package func lifecycle(
        of id: KeyID, filling missing: MissingKey, after active: KeyLifecycle?, at now: Timestamp
    ) -> KeyLifecycle {
        let algorithm = missing.algorithm
        switch missing.role {
        case .active:
            return KeyLifecycle(
                id: id, algorithm: algorithm, state: .active, publishedAt: now, activatesAt: now,
                withdrawnAt: plannedWithdrawal(activated: now))
        case .expired:
            let past = Timestamp(seconds: now.seconds - 3_600)
            return KeyLifecycle(
                id: id, algorithm: algorithm, state: .expired, publishedAt: past, activatesAt: past, withdrawnAt: past)
        case .successor:
            let activation = max(now + policy.publishAhead, dueActivation(of: algorithm, after: active, now))
            return KeyLifecycle(
                id: id, algorithm: algorithm, state: .published, publishedAt: now, activatesAt: activation,
                withdrawnAt: plannedWithdrawal(activated: activation))
        }
    }

    /// When `successor` may take over: not before it was published long enough, whatever its record says. A shorter
    /// active period set since then counts, a longer one waits for the next key.
    package func earliestActivation(of successor: KeyLifecycle, after active: KeyLifecycle?) -> Timestamp {
        let due = active.map { min(successor.activatesAt, $0.activatesAt + policy.activePeriod) }
        return max(successor.publishedAt + policy.publishAhead, due ?? successor.activatesAt)
    }

    /// The first key of an algorithm that was turned on waits for nothing but the publish-ahead time; of several that
    /// were turned on at once, one a little longer than the other, so that never all of the JWK Set changes at once.
    private func dueActivation(of algorithm: KeyAlgorithm, after active: KeyLifecycle?, _ now: Timestamp) -> Timestamp {
        if let active { return active.activatesAt + policy.activePeriod }
        return switch algorithm {
        case .rs256: now + policy.activePeriod
        case .es256: now + policy.publishAhead
        case .edDSA: now + policy.publishAhead + policy.publishAhead / 2
        }
    }

    /// When a key that signs from `activated` on will have left the JWK Set, if all goes by plan.
    private func plannedWithdrawal(activated: Timestamp) -> Timestamp {
        roundedUp(activated + policy.activePeriod + policy.tokenLifetime + policy.clockSkew)
    }

    private func removeWhatNothingNeeds(_ plan: inout Plan, _ now: Timestamp) {
        let signsExpired = plan.observed.last { $0.state == .expired }?.id
        plan.remove { key in
            switch key.state {
            case .retired: now >= key.withdrawnAt
            case .revoked: now >= removalTime(of: key)
            case .expired: key.id != signsExpired
            case .published, .active: false
            }
        }
    }

    private func activateIfDue(_ algorithm: KeyAlgorithm, _ plan: inout Plan, _ now: Timestamp) {
        guard let next = plan.index(of: .published, algorithm) else { return }
        let successor = plan.observed[next].effective
        if let active = plan.index(of: .active, algorithm) {
            guard now >= earliestActivation(of: successor, after: plan.observed[active].effective) else { return }
            retire(active, &plan, now)
        } else if !isSigningWanted(algorithm, plan) {
            guard now >= earliestActivation(of: successor, after: nil) else { return }
        }
        let withdrawnAt = plannedWithdrawal(activated: now)
        plan.observed[next].decide { key in
            key.state = .active
            key.activatesAt = now
            key.withdrawnAt = withdrawnAt
        }
        let isKnown = now >= successor.publishedAt + policy.publishAhead
        plan.events.append(.activated(successor.id, early: !isKnown))
    }

    /// Whether tokens of this algorithm are expected at this very moment: always of RS256, of another only where its
    /// signing key was just revoked.
    private func isSigningWanted(_ algorithm: KeyAlgorithm, _ plan: Plan) -> Bool {
        algorithm == .rs256
            || plan.observed.contains {
                $0.algorithm == algorithm && $0.state == .revoked && $0.latestTokenExpiry != nil
            }
    }

    private func turnOff(_ algorithm: KeyAlgorithm, _ plan: inout Plan, _ now: Timestamp) {
        if let active = plan.index(of: .active, algorithm) { retire(active, &plan, now) }
        plan.remove { $0.algorithm == algorithm && $0.state == .published }
    }

    private func retire(_ index: Int, _ plan: inout Plan, _ now: Timestamp) {
        let withdrawnAt = withdrawal(of: plan.observed[index].effective, now)
        plan.observed[index].decide { key in
            key.state = .retired
            key.retiredAt = now
            key.withdrawnAt = withdrawnAt
        }
        plan.events.append(.retired(plan.observed[index].id, withdrawnAt: withdrawnAt))
    }

    /// Keeps `keys.exp` of a key that signs or will sign ahead of any token it may sign, however long the server or its
    /// successor was away.
    private func extendReservations(_ plan: inout Plan, _ now: Timestamp) {
        for index in plan.observed.indices {
            let key = plan.observed[index].effective
            guard key.state == .published || key.state == .active else { continue }
            let begins = key.state == .active ? now : max(now, key.activatesAt)
            guard key.withdrawnAt < begins + policy.tokenLifetime + policy.clockSkew else { continue }
            let withdrawnAt = plannedWithdrawal(activated: begins)
            plan.observed[index].decide { $0.withdrawnAt = withdrawnAt }
        }
    }

    /// The exact moment: the last token's expiry plus the skew, in whole seconds; never the moment of retirement itself,
    /// for a key is seen in every state that it goes through.
    private func withdrawal(of key: KeyLifecycle, _ now: Timestamp) -> Timestamp {
        roundedUp(
            max(now + .milliseconds(1), (key.latestTokenExpiry ?? now) + policy.clockSkew, now + policy.clockSkew))
    }

    /// A revoked key's record goes when the last of its tokens has expired.
    private func removalTime(of key: ObservedKey) -> Timestamp {
        (key.latestTokenExpiry ?? key.withdrawnAt) + policy.clockSkew
    }

    private func missing(in plan: Plan) -> [MissingKey] {
        var missing: [MissingKey] = []
        if plan.active == nil { missing.append(.active) }
        if !plan.observed.contains(where: { $0.state == .expired }) { missing.append(.expired) }
        for algorithm in algorithms.sorted() where plan.index(of: .published, algorithm) == nil {
            missing.append(.successor(of: algorithm))
        }
        return missing
    }

    private func foresee(_ plan: inout Plan, _ now: Timestamp) {
        let withdrawals = plan.observed.filter { $0.state == .retired }.map(\.withdrawnAt)
        let removals = plan.observed.filter { $0.state == .revoked }.map(removalTime)
        let activations = plan.observed.filter { $0.state == .published }.map { successor in
            earliestActivation(of: successor.effective, after: plan.active(successor.algorithm))
        }
        let isIncomplete = plan.missing.contains { $0.role != .expired }
        plan.setChangesAt = isIncomplete ? now : (withdrawals + activations).min()
        plan.wakesAt = (withdrawals + removals + activations).min()
    }

    private func roundedUp(_ moment: Timestamp) -> Timestamp { Timestamp(seconds: moment.secondsRoundedUp) }
}

extension KeySchedule {
    /// The same for keys that are seen as they are stored.
    package func plan(_ keys: [KeyLifecycle], at now: Timestamp) -> Plan { plan(keys.map { ObservedKey($0) }, at: now) }
}
