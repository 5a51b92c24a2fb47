/// Use case: carry the keys from one state to the next, as ``KeySchedule`` decides.
///
/// The decision is taken on what was read, keys are generated outside any transaction, and inside the transaction the
/// decision is taken again on what is there then: however many processes decide at once, one successor is born.
package struct RotateKeys: Sendable {
    package let schedule: KeySchedule
    private let store: any Store
    private let sealer: KeySealer
    private let executor: any CPUExecutor
    private let bits: Int

    package init(schedule: KeySchedule, store: any Store, sealer: KeySealer, executor: any CPUExecutor, bits: Int) {
        self.schedule = schedule
        self.store = store
        self.sealer = sealer
        self.executor = executor
        self.bits = bits
    }

    /// What an operator may ask of the schedule.
    package enum Operation: Sendable {
        /// Nothing but what is due.
        case due
        /// The next activation, as soon as it is safe.
        case rotation
        /// This key out of the JWK Set, at once.
        case revocation(KeyID)
    }

    /// What came of a step.
    package struct Outcome: Sendable {
        package let contents: KeyStoreContents
        package let plan: KeySchedule.Plan
    }

    /// Does what is due or wished, and answers what is still needed.
    /// - Parameter seen: a record as this process sees it; ``KeyRotationLoop`` corrects for clock jumps there.
    package func step(
        _ wish: Operation = .due, at now: @escaping @Sendable () -> Timestamp,
        seen: @escaping @Sendable (KeyLifecycle) -> KeyLifecycle = { $0 }
    ) async throws -> Outcome {
        let contents = try await store.read { transaction in try transaction.keyStoreContents() }
        let records = contents.keys.compactMap(\.record)
        let plan = decide(wish, records.map(seen), now())
        guard plan.keys != records.map(seen) else { return Outcome(contents: contents, plan: plan) }
        return try await store.write { transaction in
            let contents = try transaction.keyStoreContents()
            try sealer.requireInForce(contents.keyEncryptionKeys)
            let before = contents.keys.compactMap(\.record)
            let plan = decide(wish, before.map(seen), now())
            try apply(plan, to: contents, seen: seen, in: transaction)
            return Outcome(contents: try transaction.keyStoreContents(), plan: plan)
        }
    }

    /// Generates one key and gives it to the most urgent need that there still is then.
    /// - Returns: what the key became; nil when another process had filled every need.
    package func generate(
        at now: @escaping @Sendable () -> Timestamp, seen: @escaping @Sendable (KeyLifecycle) -> KeyLifecycle = { $0 }
    ) async throws -> (need: KeySchedule.MissingKey, id: KeyID)? {
        let material = try await executor.run(on: .generate) { try KeyMaterial.generate(bits: bits) }
        return try await store.write { transaction in
            try sealer.requireInForce(try transaction.keyEncryptionKeys())
            let records = try transaction.keys().compactMap(\.record)
            let plan = schedule.plan(records.map(seen), at: now())
            // Where something else is due first, the next step does that, and what is needed is decided then.
            guard let need = plan.missing.first, plan.events.isEmpty else { return nil }
            let id = try transaction.nextKeyID()
            let record = schedule.record(of: id, filling: need, after: plan.active, at: now())
            try transaction.insert(StoredKey(record, sealed: try sealer.seal(material, id: id)))
            return (need, id)
        }
    }

    private func decide(_ wish: Operation, _ keys: [KeyLifecycle], _ now: Timestamp) -> KeySchedule.Plan {
        switch wish {
        case .due: schedule.plan(keys, at: now)
        case .rotation: schedule.expedite(keys, at: now)
        case .revocation(let id): schedule.revoke(id, among: keys, at: now)
        }
    }

    /// Writes the records that the plan changed; a key that will sign no more loses its private half here.
    private func apply(
        _ plan: KeySchedule.Plan, to contents: KeyStoreContents, seen: (KeyLifecycle) -> KeyLifecycle,
        in transaction: any WriteTransaction
    ) throws {
        let planned = Dictionary(uniqueKeysWithValues: plan.keys.map { ($0.id, $0) })
        for stored in contents.keys {
            guard let record = stored.record else { continue }
            guard let wanted = planned[stored.id] else {
                try transaction.deleteKey(stored.id)
                continue
            }
            guard wanted != seen(record) else { continue }
            var sealed = stored.sealed
            if record.holdsPrivateHalf, !wanted.holdsPrivateHalf {
                sealed = try sealer.seal(try sealer.open(stored).withoutPrivateHalf, id: stored.id)
            }
            try transaction.update(StoredKey(wanted.unseen(record, seen(record)), sealed: sealed))
        }
    }
}

extension KeyLifecycle {
    /// Undoes a clock-jump correction where the plan left a time as it was, so that only decisions reach the store.
    fileprivate func unseen(_ stored: KeyLifecycle, _ corrected: KeyLifecycle) -> KeyLifecycle {
        var record = self
        if publishedAt == corrected.publishedAt { record.publishedAt = stored.publishedAt }
        if activatesAt == corrected.activatesAt { record.activatesAt = stored.activatesAt }
        if withdrawnAt == corrected.withdrawnAt { record.withdrawnAt = stored.withdrawnAt }
        if latestTokenExpiry == corrected.latestTokenExpiry { record.latestTokenExpiry = stored.latestTokenExpiry }
        return record
    }
}
