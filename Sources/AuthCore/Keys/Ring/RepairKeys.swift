/// Brings keys of which somebody else deleted a half back to what the schedule can work with. What is missing then is
/// made as ever.
///
///     state without key    the state goes
///     key without state    retired: it signs no more, and stays in the JWK Set until `keys.exp` for the tokens it signed
///
/// A revoked key that lost its state does not come back: its `keys.exp` is the moment of its revocation. A row that is
/// not sealed is none of ours, and left alone.
struct RepairKeys {
    let sealer: KeySealer
    let now: Timestamp

    /// Whether there is anything to repair.
    static func isNeeded(_ contents: KeyStoreContents) -> Bool {
        !contents.statesWithoutKey.isEmpty || contents.keys.contains(where: hasLostItsState)
    }

    /// Repairs `contents`, as `transaction` read them.
    /// - Returns: what was wrong, for the log.
    func callAsFunction(
        _ contents: KeyStoreContents, in transaction: any KeyWrites
    ) throws -> [KeySchedule.Event] {
        for id in contents.statesWithoutKey { try transaction.deleteKey(id) }
        let withoutState = contents.keys.filter(Self.hasLostItsState)
        for stored in withoutState { try transaction.update(try retired(stored)) }
        return contents.statesWithoutKey.map { .keyWasMissing($0) } + withoutState.map { .stateWasMissing($0.id) }
    }

    private static func hasLostItsState(_ stored: StoredKey) -> Bool {
        stored.lifecycle == nil && SealedKeyFormat.isSealed(stored.sealed)
    }

    private func retired(_ stored: StoredKey) throws -> StoredKey {
        let material = try sealer.open(stored).withoutPrivateHalf
        let withdrawnAt = Timestamp(seconds: stored.exp)
        let lifecycle = KeyLifecycle(
            id: stored.id, algorithm: material.algorithm, state: .retired, publishedAt: min(now, withdrawnAt),
            activatesAt: min(now, withdrawnAt), retiredAt: now, withdrawnAt: withdrawnAt)
        return StoredKey(lifecycle, sealed: try sealer.seal(material, id: stored.id))
    }
}
