package import Logging
import Synchronization

/// Keeps the key ring true to the store and the store true to the schedule: each tick reads the keys, does what is due
/// and publishes a new ring if something changed. The caller decides when to tick.
package final class KeyRotationLoop: Sendable {
    private struct State {
        var jumps = ClockJumps()
        var cannotFollow = false
        var recorded: KeyPropagation?
    }

    /// The longest that a change made by another process stays unseen.
    package static let longestSleep: Duration = .seconds(1)
    /// How long a change of the master key may wait for running servers to follow.
    private static let longestHandover: Duration = .seconds(10)

    private let rotate: RotateKeys
    private let sealer: KeySealer
    private let keyRing: CurrentKeyRing
    private let store: any Store
    private let verifiers: KeyPropagationTracker
    private let time: any TimeSource
    private let logger: Logger
    private let state = Mutex(State())

    package init(
        rotate: RotateKeys, sealer: KeySealer, keyRing: CurrentKeyRing, store: any Store,
        verifiers: KeyPropagationTracker,
        time: any TimeSource, logger: Logger
    ) {
        self.rotate = rotate
        self.store = store
        self.verifiers = verifiers
        self.sealer = sealer
        self.keyRing = keyRing
        self.time = time
        self.logger = logger
    }

    /// Does everything that is due, keys to generate included.
    /// - Returns: how long there will be nothing to do; at most ``longestSleep``.
    package func tick() async throws -> Duration {
        var plan = try await step()
        if !plan.missing.isEmpty {
            plan = try await generate(plan.missing.count)
        }
        try await recordReadiness()
        guard let wakesAt = plan.wakesAt else { return Self.longestSleep }
        return max(.milliseconds(1), min(Self.longestSleep, wakesAt - time.now))
    }

    /// Reads the keys anew, without generating any: for a login that found its key no longer active.
    package func refresh() async throws { _ = try await step() }

    private func step() async throws -> KeySchedule.Plan {
        let time = self.time
        let outcome = try await rotate.step(at: { time.now }, seen: { self.corrected($0) })
        log(outcome.plan.events)
        follow(outcome.contents.keyEncryptionKeys)
        try await endHandover(outcome.contents.keyEncryptionKeys)
        try publish(outcome)
        return outcome.plan
    }

    /// Generates side by side: on a first start the quickest key becomes the active one, and the server need not wait
    /// for the others.
    private func generate(_ count: Int) async throws -> KeySchedule.Plan {
        try await withThrowingTaskGroup { group in
            let time = self.time
            for _ in 0..<count {
                group.addTask { try await self.rotate.generate(at: { time.now }, seen: { self.corrected($0) }) }
            }
            while let filled = try await group.next() {
                if let filled {
                    logger.info("key made", metadata: ["kid": "\(filled.id)", "for": "\(filled.need)"])
                }
                _ = try await step()
            }
        }
        return try await step()
    }

    private func corrected(_ key: KeyLifecycle) -> KeyLifecycle {
        let (now, uptime) = (time.now, time.uptime)
        return state.withLock { $0.jumps.corrected(key, now: now, uptime: uptime) }
    }

    private func publish(_ outcome: RotateKeys.Outcome) throws {
        let (now, uptime) = (time.now, time.uptime)
        let stored = Dictionary(uniqueKeysWithValues: outcome.contents.keys.map { ($0.id, $0) })
        state.withLock { $0.jumps.see(outcome.contents.keys.compactMap(\.record), now: now, uptime: uptime) }
        sealer.keepOnly(Set(stored.keys))

        guard let active = outcome.plan.active.flatMap({ stored[$0.id] }) else { return }
        let expired = outcome.plan.keys.last { $0.state == .expired }.flatMap { stored[$0.id] }
        let shown = outcome.plan.keys.filter { $0.isInJWKSet(at: now) }.compactMap { stored[$0.id] }
        if let ring = keyRing.current, ring.active.id == active.id, ring.expired?.id == expired?.id,
            ring.set.keyIDs == shown.map(\.id), ring.setChangesAt == outcome.plan.setChangesAt
        {
            return
        }
        guard let signing = try signingKey(active) else { return }
        let set = try JWKSet(shown.map { stored in (stored.id, try sealer.open(stored)) })
        if keyRing.current?.active.id != active.id {
            // Here and not among the events: another process may have activated the key.
            let evidence = verifiers.readiness.map { "\($0)" } ?? "no verifier has asked yet"
            logger.notice("key signs from now on", metadata: ["kid": "\(active.id)", "evidence": "\(evidence)"])
        }
        if let newest = shown.last?.id { verifiers.show(newest: newest) }
        keyRing.publish(
            KeyRing(
                active: signing, expired: try expired.flatMap(signingKey), set: set,
                setChangesAt: outcome.plan.setChangesAt))
    }

    private func signingKey(_ stored: StoredKey) throws -> SigningKey? {
        guard case .full(let key) = try sealer.open(stored) else { return nil }
        return SigningKey(id: stored.id, privateKey: key)
    }

    private func follow(_ records: [KeyEncryptionKeyRecord]) {
        let follows = sealer.follow(records)
        let changed = state.withLock { state in
            defer { state.cannotFollow = !follows }
            return state.cannotFollow == follows
        }
        if changed, !follows {
            logger.error("the master key was changed and this server cannot follow: restart it with the new NOT_MY_KEY")
        }
    }

    /// The command that changed the master key ends the handover itself; this is for one that was killed.
    private func endHandover(_ records: [KeyEncryptionKeyRecord]) async throws {
        guard let record = records.last, record.handover != nil, record.id == sealer.key.id,
            time.now - record.createdAt > Self.longestHandover
        else { return }
        try await store.write { transaction in try transaction.endHandover(of: record) }
    }

    /// What `keys list` shows; written when it changes, not when a verifier asks.
    private func recordReadiness() async throws {
        guard let readiness = verifiers.readiness, readiness.known > 0,
            state.withLock({ $0.recorded != readiness })
        else { return }
        try await store.write { transaction in try transaction.record(readiness) }
        state.withLock { $0.recorded = readiness }
    }

    private func log(_ events: [KeySchedule.Event]) {
        for event in events {
            switch event {
            case .activated(_, early: false): break
            case .activated(let id, early: true):
                logger.warning(
                    "key signs before verifiers can be sure to know it: there was no other", metadata: ["kid": "\(id)"])
            case .retired(let id, let withdrawnAt):
                logger.notice("key retired", metadata: ["kid": "\(id)", "leaves": "\(utcText(withdrawnAt))"])
            case .revoked(let id):
                logger.warning("key revoked", metadata: ["kid": "\(id)"])
            case .deleted(let id):
                logger.notice("key deleted", metadata: ["kid": "\(id)"])
            }
        }
    }
}
