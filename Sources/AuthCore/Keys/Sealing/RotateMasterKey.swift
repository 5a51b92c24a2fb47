/// Use case: seal every key under a new secret, in one transaction. Whatever happens, each row opens under exactly one
/// of the two secrets, and its header names which.
package struct RotateMasterKey: Sendable {
    private let store: any Store
    private let derivation: any KeyDerivation
    private let executor: any CPUExecutor
    private let time: any TimeSource
    private let origin: AuditOrigin

    /// - Parameters:
    ///   - executor: derives the new key.
    ///   - origin: who does it, for the audit log.
    package init(
        store: any Store, derivation: any KeyDerivation, executor: any CPUExecutor, time: any TimeSource,
        by origin: AuditOrigin = .server
    ) {
        self.origin = origin
        self.store = store
        self.derivation = derivation
        self.executor = executor
        self.time = time
    }

    /// Seals everything that `sealer` opens under a key derived from `secret`.
    ///
    /// The new key-encryption key is left in the store, sealed under the old one, for running servers to follow: end
    /// that with ``endHandover(of:)`` once they have had their time.
    /// - Returns: the new record and the number of keys that were re-sealed.
    package func callAsFunction(
        from sealer: KeySealer, to secret: Secret
    ) async throws -> (record: KeyEncryptionKeyRecord, keys: Int) {
        let now = time.now
        let (key, made) = try await executor.run(on: .generate) {
            try KeyEncryptionKey.make(from: secret, at: now, derivation: derivation)
        }
        var record = made
        record.handover = try SealedKeyFormat.sealHandover(of: key, under: sealer.key)
        let handedOver = record
        let successor = KeySealer(key)
        let count = try await store.write { transaction in
            let contents = try transaction.keyStoreContents()
            try sealer.requireInForce(contents.keyEncryptionKeys)
            for stored in contents.keys {
                var resealed = stored
                resealed.sealed = try successor.seal(try sealer.open(stored), id: stored.id)
                try transaction.update(resealed)
            }
            for stored in try transaction.tokenSecrets() {
                try transaction.update(try sealer.reseal(stored, under: successor))
            }
            for old in contents.keyEncryptionKeys { try transaction.deleteKeyEncryptionKey(old.id) }
            try transaction.insert(handedOver)
            try transaction.append(AuditEvent(.masterKeyRotate, by: origin, at: now))
            return contents.keys.count
        }
        return (handedOver, count)
    }

    /// Removes what the old secret could still open.
    package func endHandover(of record: KeyEncryptionKeyRecord) async throws {
        try await store.write { transaction in try transaction.endHandover(of: record) }
    }
}

extension KeyWrites {
    /// Keeps `record`, if it still is there, without its handover.
    func endHandover(of record: KeyEncryptionKeyRecord) throws {
        guard try keyEncryptionKeys().contains(where: { $0.id == record.id }) else { return }
        var kept = record
        kept.handover = nil
        try deleteKeyEncryptionKey(record.id)
        try insert(kept)
    }
}
