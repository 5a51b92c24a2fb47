// Ring owns keys at work: making them, rotating them, the ring that signs and the JWK Set that is shown. It must not
// decide when: that is Lifecycle's.

package import Logging
import Synchronization

/// Keeps the key ring true to the store and the store true to the schedule: each tick reads the keys, does what is due
/// and publishes a new ring if something changed. The caller decides when to tick.
///
///     tick ──► look ──► generate what is missing ──► look ──► record what is known of propagation
///                       meanwhile: look, as often as ever
///     refresh ─► look                                 (a login that found its key no longer active)
///
/// Looks come one after another, so that an older state of the store never replaces a newer one; whoever asks while one
/// has not begun yet shares it.
package final class KeyRotationLoop: Sendable {
    private struct State {
        var opened = OpenedKeys()
        var cannotFollow = false
        var recorded: NodePropagation?
        /// The sights that were recorded last.
        var sights: [KeySight] = []
        var generation = RetryPause(longest: .seconds(30))
    }

    /// The longest that a change made by another process stays unnoticed.
    package static let longestSleep: Duration = .seconds(1)
    /// How long a change of the master key may wait for running servers to follow.
    private static let longestHandover: Duration = .seconds(10)
    /// How often is noted how the keys are seen.
    private static let sightInterval: Duration = .seconds(60)
    /// For how long what another boot noted is kept.
    private static let sightValidity: Duration = .seconds(30 * 86_400)
    private let rotate: RotateKeys
    private let sealer: KeySealer
    private let keyRing: CurrentKeyRing
    private let store: any Store
    private let changes: any ChangeFeed
    private let tracker: KeyPropagationTracker
    private let node: String
    private let time: any TimeSource
    private let logger: Logger
    private let rsaSignerMaker: RSASignerMaker?
    private let state = Mutex(State())
    private let looks = SharedTurns<KeySchedule.Plan>()

    /// - Parameters:
    ///   - changes: tells, while keys are made, that another process may have changed some.
    ///   - node: this process's name among those that share the store, the same after a restart.
    ///   - rsaSignerMaker: of what signs with the RSA keys; nil where they sign by themselves.
    package init(
        rotate: RotateKeys, sealer: KeySealer, keyRing: CurrentKeyRing, store: any Store,
        changes: any ChangeFeed, tracker: KeyPropagationTracker, node: String, time: any TimeSource, logger: Logger,
        rsaSignerMaker: RSASignerMaker? = nil
    ) {
        self.rsaSignerMaker = rsaSignerMaker
        self.rotate = rotate
        self.sealer = sealer
        self.keyRing = keyRing
        self.store = store
        self.changes = changes
        self.tracker = tracker
        self.node = node
        self.time = time
        self.logger = logger
    }

    /// Does everything that is due, keys to generate included.
    /// - Returns: how long there will be nothing to do; at most ``longestSleep``.
    package func tick() async throws -> Duration {
        var plan = try await look()
        if !plan.missing.isEmpty, state.withLock({ $0.generation.isOver(at: time.uptime) }) {
            plan = try await generateKeys(missingIn: plan)
        }
        try await recordPropagation()
        try await recordSights(of: plan.observed.map(\.stored))
        return pause(after: plan)
    }

    private func pause(after plan: KeySchedule.Plan) -> Duration {
        guard let wakesAt = plan.wakesAt else { return Self.longestSleep }
        return max(.milliseconds(1), min(Self.longestSleep, wakesAt - time.now))
    }

    /// Reads the keys anew, without generating any: for a login that found its key no longer active.
    package func refresh() async throws { _ = try await look() }

    private func look() async throws -> KeySchedule.Plan {
        try await looks.join {
            let outcome = try await self.rotate.step()
            self.log(outcome.plan.events)
            self.logDoubts(outcome.plan)
            self.follow(outcome.contents.keyEncryptionKeys)
            try await self.endHandover(outcome.contents.keyEncryptionKeys)
            try self.publish(outcome)
            return outcome.plan
        }
    }

    /// Generates side by side: on a first start the quickest key becomes the active one, and the server need not wait
    /// for the others.
    ///
    /// A key that could not be stored is lost with the time it took: a store that answers and takes nothing, as on a
    /// full disk, is asked again after a while.
    private func generateKeys(missingIn plan: KeySchedule.Plan) async throws -> KeySchedule.Plan {
        do {
            // Ended with this scope.
            async let _ = lookOn(after: plan)
            try await makeKeys(plan.missing)
            state.withLock { $0.generation.reset() }
        } catch {
            // A start has nothing else to do.
            if keyRing.current != nil { state.withLock { $0.generation.begin(at: time.uptime) } }
            throw error
        }
        return try await look()
    }

    /// Looks as often as ticks do, until cancelled: a key takes seconds to make on a busy machine, and what another
    /// process revokes, publishes or activates meanwhile is to be seen here in time.
    private func lookOn(after plan: KeySchedule.Plan) async {
        var pause = pause(after: plan)
        while true {
            await changes.wait(atMost: pause)
            guard !Task.isCancelled else { return }
            // What cannot be read is said by the tick, which looks when the keys are made.
            let seen = try? await look()
            pause = seen.map(self.pause(after:)) ?? Self.longestSleep
        }
    }

    private func makeKeys(_ missing: [KeySchedule.MissingKey]) async throws {
        let lane: CPULane = keyRing.current == nil ? .start : .generate
        try await withThrowingTaskGroup { group in
            for key in missing {
                group.addTask { try await self.rotate.generate(key.algorithm, on: lane) }
            }
            while let made = try await group.next() {
                if let made {
                    logger.info(
                        "key made",
                        metadata: [
                            "kid": "\(made.id)", "for": "\(made.missing.role)",
                            "alg": "\(made.missing.algorithm.rawValue)",
                        ])
                }
                _ = try await look()
            }
        }
    }

    private func publish(_ outcome: RotateKeys.Outcome) throws {
        let now = time.now
        let stored = Dictionary(uniqueKeysWithValues: outcome.contents.keys.map { ($0.id, $0) })
        rotate.clock.note(outcome.contents.lifecycles)
        state.withLock { $0.opened.keepOnly(Set(stored.keys)) }

        let active = outcome.plan.activeKeys.map(\.id)
        guard outcome.plan.active != nil else { return }
        let expired = outcome.plan.keys.last { $0.state == .expired }?.id
        let shown = outcome.plan.shown(of: outcome.contents.keys, at: now)
        if let ring = keyRing.current, ring.activeKeys.map(\.id) == active, ring.expired?.id == expired,
            ring.set.keyIDs == shown.map(\.id), ring.setChangesAt == outcome.plan.setChangesAt
        {
            return
        }
        let signing = try active.compactMap { try signingKey(stored[$0]) }
        guard let rs256 = signing.first, rs256.algorithm == .rs256 else { return }
        let set = try JWKSet(shown.map { stored in (stored.id, try open(stored)) })
        logActivations(signing)
        if let newest = shown.last?.id { tracker.show(newest: newest) }
        keyRing.publish(
            KeyRing(
                active: rs256, others: Array(signing.dropFirst()),
                expired: try expired.flatMap { try signingKey(stored[$0]) }, set: set,
                setChangesAt: outcome.plan.setChangesAt))
    }

    /// Here and not among the events: another process may have activated the key.
    private func logActivations(_ signing: [SigningKey]) {
        let known = keyRing.current?.activeKeys.map(\.id) ?? []
        for key in signing where !known.contains(key.id) {
            let evidence = tracker.propagation.map { "\($0)" } ?? "no verifier has asked yet"
            logger.notice("key signs from now on", metadata: ["kid": "\(key.id)", "evidence": "\(evidence)"])
        }
    }

    private func open(_ stored: StoredKey) throws -> KeyMaterial {
        if let known = state.withLock({ $0.opened.material(of: stored) }) { return known }
        let material = try sealer.open(stored)
        state.withLock { $0.opened.remember(material, of: stored) }
        return material
    }

    private func signingKey(_ stored: StoredKey?) throws -> SigningKey? {
        guard let stored, case .keyPair(let pair) = try open(stored) else { return nil }
        return try SigningKey(id: stored.id, pair: pair, maker: rsaSignerMaker)
    }

    private func follow(_ records: [KeyEncryptionKeyRecord]) {
        let follows = sealer.follow(records)
        let changed = state.withLock { state in
            defer { state.cannotFollow = !follows }
            return state.cannotFollow == follows
        }
        if changed, !follows {
            logger.error("the master key was changed and this server cannot follow: restart it with the new one")
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
    private func recordPropagation() async throws {
        guard let propagation = tracker.propagation, propagation.known > 0 else { return }
        let record = NodePropagation(node: node, propagation: propagation, recordedAt: time.now)
        let isNews = state.withLock { state in
            guard let last = state.recorded, last.propagation == propagation else { return true }
            return record.recordedAt - last.recordedAt >= KeyPropagation.validity / 2
        }
        guard isNews else { return }
        try await store.write { transaction in
            try transaction.deleteKeyPropagation(recordedBefore: record.recordedAt - KeyPropagation.validity)
            try transaction.record(record)
        }
        state.withLock { $0.recorded = record }
    }

    /// For the process after this one; when a key is seen in another state, and else once a minute.
    private func recordSights(of keys: [KeyLifecycle]) async throws {
        let sights = rotate.clock.sights(of: keys)
        guard let newest = sights.first else { return }
        let isNews = state.withLock { state in
            guard let last = state.sights.first, last.boot.boot == newest.boot.boot,
                state.sights.map(\.id) == sights.map(\.id), state.sights.map(\.state) == sights.map(\.state)
            else { return true }
            return newest.boot.uptime - last.boot.uptime >= Self.sightInterval
        }
        guard isNews else { return }
        try await store.write { transaction in
            try transaction.deleteKeySights(
                notedBefore: newest.notedAt - Self.sightValidity, exceptOf: newest.boot.boot)
            // A key that another process deleted meanwhile leaves no sight.
            let present = Set(try transaction.keys().map(\.id))
            for sight in sights where present.contains(sight.id) { try transaction.record(sight) }
        }
        state.withLock { $0.sights = sights }
    }

    /// Why a key signs at another time than its row says.
    private func logDoubts(_ plan: KeySchedule.Plan) {
        for doubt in rotate.clock.takeDoubts() {
            guard let key = plan.keys.first(where: { $0.id == doubt.id && $0.state == .published }) else { continue }
            let activation = rotate.schedule.earliestActivation(of: key, after: plan.active(key.algorithm))
            let metadata: Logger.Metadata = [
                "kid": "\(key.id)", "seconds": "\(doubt.verdict.correction.milliseconds / 1000)",
                "signs": "\(utcText(activation))",
            ]
            switch doubt.verdict.evidence {
            case .sameBoot:
                logger.warning(
                    "the clock is ahead of the time that has passed since the waiting key was made: what has passed counts",
                    metadata: metadata)
            case .none:
                logger.warning(
                    "nothing confirms how long no server ran: for the waiting key that time does not count",
                    metadata: metadata)
            case .storeWasAway:
                logger.warning(
                    "the database went away as the waiting key was published, maybe unseen by others: that time does not count",
                    metadata: metadata)
            }
        }
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
            case .keyWasMissing(let id):
                logger.error(
                    "key was deleted by somebody else: its tokens are not accepted any more, another takes its place",
                    metadata: ["kid": "\(id)"])
            case .stateWasMissing(let id):
                logger.error(
                    "state of a key was deleted by somebody else: it signs no more, and verifies until keys.exp",
                    metadata: ["kid": "\(id)"])
            }
        }
    }
}
