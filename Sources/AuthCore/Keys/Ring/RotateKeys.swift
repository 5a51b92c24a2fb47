/// Use case: carry the keys from one state to the next, as ``KeySchedule`` decides.
///
/// The decision is taken on what was read, keys are generated outside any transaction, and inside the transaction the
/// decision is taken again on what is there then: however many processes decide at once, one successor is born.
package struct RotateKeys: Sendable {
    /// What decides.
    package let schedule: KeySchedule
    /// By which the keys are seen.
    package let clock: KeyClock
    private let store: any Store
    private let sealer: KeySealer
    private let executor: any CPUExecutor
    private let origin: AuditOrigin
    private let keepsRetired: Duration
    private let makeKey: @Sendable (KeyAlgorithm) throws -> KeyMaterial

    /// - Parameters:
    ///   - clock: the one of the process's ``KeyRotationLoop``, or a new one, which corrects nothing.
    ///   - origin: who does it, for the audit log.
    ///   - keepsRetired: how long the public half of a key that has left the JWK Set is kept, for hints.
    ///   - makeKey: takes up to seconds; run on the executor.
    package init(
        schedule: KeySchedule, clock: KeyClock, store: any Store, sealer: KeySealer, executor: any CPUExecutor,
        by origin: AuditOrigin = .server, keepsRetired: Duration = .seconds(8 * 86_400),
        makeKey: @escaping @Sendable (KeyAlgorithm) throws -> KeyMaterial
    ) {
        self.schedule = schedule
        self.clock = clock
        self.store = store
        self.sealer = sealer
        self.executor = executor
        self.origin = origin
        self.keepsRetired = keepsRetired
        self.makeKey = makeKey
    }

    /// What an operator may ask of the schedule.
    package enum Operation: Sendable {
        /// Nothing but what is due.
        case due
        /// The next activation for this algorithm, as soon as it is safe.
        case rotation(KeyAlgorithm = .rs256)
        /// This key out of the JWK Set, at once.
        case revocation(KeyID)

        /// What is to be taken out of the JWK Set.
        fileprivate var revoked: KeyID? {
            guard case .revocation(let id) = self else { return nil }
            return id
        }
    }

    /// What came of a step.
    package struct Outcome: Sendable {
        /// The store after it.
        package let contents: KeyStoreContents
        /// What was decided on it.
        package let plan: KeySchedule.Plan
    }

    /// Does what is due or asked for, and answers what is still missing.
    package func step(_ operation: Operation = .due) async throws -> Outcome {
        try await resumeClock()
        let contents = try await clock.look {
            try await store.read { transaction in try transaction.keyStoreContents() }
        }
        let plan = decide(operation, contents)
        guard
            plan.observed.map(\.stored) != contents.lifecycles || RepairKeys.isNeeded(contents)
                || operation.revoked != nil
        else {
            return Outcome(contents: contents, plan: plan)
        }
        return try await store.write { transaction in
            var contents = try transaction.keyStoreContents()
            try sealer.requireInForce(contents.keyEncryptionKeys)
            let repairs = try RepairKeys(sealer: sealer, now: clock.now)(contents, in: transaction)
            if !repairs.isEmpty { contents = try transaction.keyStoreContents() }
            var plan = decide(operation, contents)
            plan.events.insert(contentsOf: repairs, at: 0)
            try apply(plan, to: contents, in: transaction)
            // It may have left in its time at this very moment.
            if let id = operation.revoked { _ = try transaction.forgetRetiredKey(id) }
            for event in audited(operation, plan) { try transaction.append(event) }
            return Outcome(contents: try transaction.keyStoreContents(), plan: plan)
        }
    }

    /// Has a key that left the JWK Set in its time be as one that was revoked: an ID token under it is no hint any more.
    /// - Returns: false where no such key is known (any more).
    package func revokeRetired(_ id: KeyID) async throws -> Bool {
        let (origin, now) = (origin, clock.now)
        return try await store.write { transaction in
            guard try transaction.forgetRetiredKey(id) else { return false }
            try transaction.append(AuditEvent(.keyRevoke, by: origin, at: now, kid: id))
            return true
        }
    }

    /// Before anything is decided: what the wall clock says of the time before this process may be wrong.
    private func resumeClock() async throws {
        guard clock.needsSights else { return }
        let (contents, sights) = try await store.read { transaction in
            (try transaction.keyStoreContents(), try transaction.keySights())
        }
        clock.resume(contents.lifecycles, from: sights)
    }

    /// Generates one key, and gives it to the most urgent need of its algorithm that there still is then.
    /// - Parameter lane: ``CPULane/start`` where nobody is served before there is a key.
    /// - Returns: what the key became; nil when another process had filled every need.
    package func generate(
        _ algorithm: KeyAlgorithm = .rs256, on lane: CPULane = .generate
    ) async throws -> (missing: KeySchedule.MissingKey, id: KeyID)? {
        let makeKey = self.makeKey
        let material = try await executor.run(on: lane) { try makeKey(algorithm) }
        // Its row may be there for others long after the moment that it names.
        return try await clock.look {
            try await store.write { transaction in try place(material, for: algorithm, in: transaction) }
        }
    }

    private func place(
        _ material: KeyMaterial, for algorithm: KeyAlgorithm, in transaction: any WriteTransaction
    ) throws -> (missing: KeySchedule.MissingKey, id: KeyID)? {
        let contents = try transaction.keyStoreContents()
        try sealer.requireInForce(contents.keyEncryptionKeys)
        let plan = decide(.due, contents)
        // Where something else is due first, the next step does that, and what is missing is decided then.
        guard let missing = plan.missing.first(where: { $0.algorithm == algorithm }), plan.events.isEmpty else {
            return nil
        }
        let id = try transaction.nextKeyID()
        let lifecycle = schedule.lifecycle(of: id, filling: missing, after: plan.active(algorithm), at: clock.now)
        try transaction.insert(StoredKey(lifecycle, sealed: try sealer.seal(material, id: id)))
        for sight in clock.sights(of: [lifecycle]) { try transaction.record(sight) }
        try transaction.append(AuditEvent(.keyGenerate, by: origin, at: clock.now, kid: id))
        return (missing, id)
    }

    private func decide(_ operation: Operation, _ contents: KeyStoreContents) -> KeySchedule.Plan {
        let keys = clock.observe(contents.lifecycles)
        return switch operation {
        case .due: schedule.plan(keys, at: clock.now)
        case .rotation(let algorithm): schedule.expedite(keys, of: algorithm, at: clock.now)
        case .revocation(let id): schedule.revoke(id, among: keys, at: clock.now)
        }
    }

    private func audited(_ operation: Operation, _ plan: KeySchedule.Plan) -> [AuditEvent] {
        let events = plan.events.map { $0.auditEvent(by: origin, at: clock.now) }
        guard case .rotation(let algorithm) = operation else { return events }
        let next = plan.index(of: .published, algorithm) ?? plan.index(of: .active, algorithm)
        return [AuditEvent(.keyRotate, by: origin, at: clock.now, kid: next.map { plan.observed[$0].id })] + events
    }

    /// Writes the keys that the plan changed; a key that will sign no more loses its private half here.
    private func apply(
        _ plan: KeySchedule.Plan, to contents: KeyStoreContents, in transaction: any KeyWrites & LogoutWrites
    ) throws {
        let planned = Dictionary(uniqueKeysWithValues: plan.observed.map { ($0.id, $0.stored) })
        for stored in contents.keys {
            guard let before = stored.lifecycle else { continue }
            guard let wanted = planned[stored.id] else {
                if before.state == .retired, !plan.events.contains(.revoked(stored.id)) {
                    try keepPublicHalf(of: stored, before.algorithm, in: transaction)
                }
                try transaction.deleteKey(stored.id)
                continue
            }
            guard wanted != before else { continue }
            var sealed = stored.sealed
            if before.holdsPrivateHalf, !wanted.holdsPrivateHalf {
                sealed = try sealer.seal(try sealer.open(stored).withoutPrivateHalf, id: stored.id)
            }
            try transaction.update(StoredKey(wanted, sealed: sealed))
        }
    }

    /// Of a key that leaves in its time: what it signed stays ours. One that cannot be opened is no hint any more.
    private func keepPublicHalf(
        of stored: StoredKey, _ algorithm: KeyAlgorithm, in transaction: any LogoutWrites
    ) throws {
        guard let key = try? sealer.open(stored).publicKey else { return }
        try transaction.keep(
            RetiredKey(
                id: stored.id, algorithm: algorithm, encoded: Array(key.encoded),
                expiresAt: clock.now + keepsRetired))
    }
}
