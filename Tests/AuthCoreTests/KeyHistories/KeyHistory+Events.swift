import AuthCore

/// The dice.
extension KeyHistory {
    /// Lets `count` things happen, looking after each whether all is well.
    mutating func run(events count: Int) {
        for index in processes.indices { tick(index) }
        for _ in 0..<count where failure == nil {
            if chance(70) { pass() }
            happen()
            checkInvariants()
            if chance(20) { checkForecast() }
        }
    }

    /// Time passes: from no time at all to many rotations in which nobody looked.
    private mutating func pass() {
        let limit: Duration =
            switch random(0...19) {
            case 0...4: .milliseconds(10)
            case 5...9: .seconds(1)
            case 10...12: policy.maxAge
            case 13...14: policy.tokenLifetime
            case 15...16: policy.publishAhead
            case 17: policy.activePeriod
            case 18: schedule.plan(keys, at: now).wakesAt.map { $0 - now } ?? .zero
            default: policy.activePeriod * 3
            }
        now = now + span(upTo: limit)
        // One that generates takes its time, but no more than anyone else.
        for index in processes.indices where processes[index].isGenerating && chance(50) { fillAll(index) }
        // Of several processes each looks at least once a second; one alone may be as late as it likes.
        guard processes.count > 1 else { return }
        for index in processes.indices {
            if let lookedAt = processes[index].lookedAt, now - lookedAt > .seconds(1) { tick(index) }
        }
    }

    private mutating func happen() {
        let index = Int(random(0...Int64(processes.count - 1)))
        switch random(0...99) {
        case 0..<35: sign(index)
        case 35..<60: verify()
        case 60..<68: fetch(Int(random(0...Int64(verifiers.count - 1))))
        case 68..<90: tick(index)
        case 90..<94: restart(index)
        case 94..<98: expedite()
        default: if mayRevoke { revoke() }
        }
    }

    /// A process ends, at whatever point it is, and one starts in its place, now or long after.
    private mutating func restart(_ index: Int) {
        counts.restarts += 1
        processes[index] = Process()
        if processes.count == 1, chance(50) { now = now + span(upTo: policy.activePeriod * (chance(20) ? 100 : 2)) }
        tick(index)
    }

    private mutating func expedite() {
        let plan = schedule.expedite(keys, at: now)
        for key in keys where key.state == .published {
            mayActivateFrom[key.id] = min(
                mayActivateFrom[key.id] ?? now, max(now, key.publishedAt + policy.publishAhead))
        }
        carryOut(plan)
        // The command makes the next successor itself, before it ends.
        fillAll(0)
    }

    private mutating func revoke() {
        guard let victim = keys.randomElement(using: &generator), victim.state != .expired, victim.state != .revoked
        else { return }
        counts.revocations += 1
        revoked.insert(victim.id)
        carryOut(schedule.revoke(victim.id, among: keys, at: now))
        let set = keys.filter { $0.isInJWKSet(at: now) }.map(\.id)
        expect(!set.contains(victim.id), "the revoked key \(victim.id) is still in the JWK Set")
        // Running processes follow within a second; here at once, so that nothing signs in between.
        for index in processes.indices { tick(index) }
        fillAll(0)
        for index in processes.indices { step(index) }
    }
}
