import AuthCore
import AuthTestSupport

/// What happens, and when.
extension KeyHistory {
    /// Lets `count` things happen, looking after each whether all is well.
    func run(events count: Int) async {
        for index in nodes.indices { await tick(index) }
        for _ in 0..<count where failure == nil {
            if dice.chance(70) { await pass() }
            await happen()
            checkInvariants()
            if dice.chance(20) { checkForecast() }
        }
    }

    /// Time passes: from no time at all to many rotations in which nobody looked.
    private func pass() async {
        let limit: Duration =
            switch dice.random(0...19) {
            case 0...4: .milliseconds(10)
            case 5...9: .seconds(1)
            case 10...12: policy.maxAge
            case 13...14: policy.tokenLifetime
            case 15...16: policy.publishAhead
            case 17: policy.activePeriod
            case 18: schedule.plan(keys, at: now).wakesAt.map { $0 - now } ?? .zero
            default: policy.activePeriod * 3
            }
        world.time.advance(by: dice.span(upTo: limit))
        await lookWhereDue()
    }

    /// Of several processes each looks at least once a second; one alone may be as late as it likes.
    private func lookWhereDue(besides busy: Int? = nil) async {
        guard nodes.count > 1 else { return }
        for index in nodes.indices where index != busy {
            if let lookedAt = nodes[index].lookedAt, now - lookedAt > .seconds(1) { await tick(index) }
        }
    }

    /// A key is being made: time passes, and another process may act.
    func passWhileGenerating() async {
        guard !isAmidGeneration, nodes.allSatisfy({ $0.lookedAt != nil }), dice.chance(30) else { return }
        isAmidGeneration = true
        world.time.advance(by: dice.span(upTo: .seconds(1)))
        if nodes.count > 1, dice.chance(50) { await sign(Int(dice.random(0...1))) }
        isAmidGeneration = false
    }

    private func happen() async {
        let index = Int(dice.random(0...Int64(nodes.count - 1)))
        switch dice.random(0...99) {
        case 0..<35: await sign(index)
        case 35..<60: verify()
        case 60..<68: fetch(Int(dice.random(0...Int64(verifiers.count - 1))))
        case 68..<90: await tick(index)
        case 90..<94: await restart(index)
        case 94..<98: await expedite()
        default: if mayRevoke { await revoke() }
        }
    }

    /// Looks at the store, does what is due, keys to make included, and publishes the ring.
    func tick(_ index: Int) async {
        do {
            _ = try await nodes[index].process.rotationLoop.tick()
        } catch {
            fail("a tick failed: \(error)")
        }
        nodes[index].lookedAt = now
        observe()
    }

    /// A process ends, at whatever point it is, and one starts in its place, now or long after.
    private func restart(_ index: Int) async {
        counts.restarts += 1
        nodes[index] = newNode()
        if nodes.count == 1, dice.chance(50) {
            world.time.advance(by: dice.span(upTo: policy.activePeriod * (dice.chance(20) ? 100 : 2)))
        }
        await tick(index)
    }

    private func expedite() async {
        let algorithm = dice.pick(Array(schedule.algorithms).sorted()) ?? .rs256
        for key in keys where key.state == .published && key.algorithm == algorithm {
            mayActivateFrom[key.id] = min(
                mayActivateFrom[key.id] ?? now, max(now, key.publishedAt + policy.publishAhead))
        }
        await command(.rotation(algorithm))
    }

    private func revoke() async {
        let candidates = keys.filter { $0.state != .expired && $0.state != .revoked }
        guard let victim = dice.pick(candidates) else { return }
        counts.revocations += 1
        revoked.insert(victim.id)
        await command(.revocation(victim.id))
        // Running processes follow within a second; here at once, so that nothing signs in between.
        for index in nodes.indices { await tick(index) }
        for node in nodes {
            let set = node.process.ring.current?.set.keyIDs ?? []
            expect(!set.contains(victim.id), "the revoked key \(victim.id) is still in the JWK Set")
        }
    }

    /// A command, which is a process of its own and makes the keys that are missing then.
    private func command(_ operation: RotateKeys.Operation) async {
        let rotate = newNode().process.rotate
        do {
            var outcome = try await rotate.step(operation)
            observe()
            while let missing = outcome.plan.missing.first {
                _ = try await rotate.generate(missing.algorithm)
                outcome = try await rotate.step()
            }
        } catch {
            fail("a command failed: \(error)")
        }
        observe()
    }

    /// A login at this process.
    func sign(_ index: Int) async {
        let node = nodes[index]
        let algorithms = KeyAlgorithm.allCases.filter { node.process.ring.current?.active($0) != nil }
        guard let algorithm = dice.pick(algorithms) else { return }
        let store = world.store
        do {
            let token = try await node.signer.withReservation(lifetime: policy.tokenLifetime, algorithm: algorithm) {
                reservation in
                try await store.write { transaction in try reservation.hold(in: transaction) }
                return Token(key: reservation.key.id, expiresAt: reservation.expiresAt)
            }
            tokens.append(token)
            counts.tokens += 1
        } catch {
            expect(mayRevoke, "no key would sign: \(error)")
        }
        observe()
    }
}
