/// Use case: the JWK Set as a server would publish it at this moment. Changes nothing.
package struct ExportKeys: Sendable {
    private let schedule: KeySchedule
    private let time: any TimeSource

    /// - Parameter schedule: the server's.
    package init(schedule: KeySchedule, time: any TimeSource) {
        self.schedule = schedule
        self.time = time
    }

    /// Opens the keys of `contents` that verifiers are to find.
    /// - Throws: ``OperatorError`` for a key that cannot be opened, and where there is none.
    package func callAsFunction(_ contents: KeyStoreContents, _ sealer: KeySealer) throws -> JWKSet {
        let now = time.now
        let plan = schedule.plan(KeyClock(time: time).observe(contents.lifecycles), at: now)
        let set = try JWKSet(plan.shown(of: contents.keys, at: now).map { ($0.id, try sealer.open($0)) })
        guard !set.keys.isEmpty else {
            throw OperatorError.refused("there is no key to publish: the server makes one when it starts")
        }
        return set
    }
}

extension KeySchedule.Plan {
    /// The rows of the keys that verifiers are to find at `now`, in the order of the JWK Set.
    func shown(of rows: [StoredKey], at now: Timestamp) -> [StoredKey] {
        let stored = Dictionary(rows.map { ($0.id, $0) }) { first, _ in first }
        return keys.filter { $0.isInJWKSet(at: now) }.compactMap { stored[$0.id] }
    }
}
