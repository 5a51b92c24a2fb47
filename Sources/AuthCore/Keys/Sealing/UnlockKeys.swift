/// Use case, at every start: prove that `NOT_MY_KEY` is the right secret before anything is changed, then bring a file
/// of the original into our format.
package struct UnlockKeys: Sendable {
    private let secret: Secret
    private let derivation: any KeyDerivation
    private let executor: any CPUExecutor
    private let time: any TimeSource

    package init(secret: Secret, derivation: any KeyDerivation, executor: any CPUExecutor, time: any TimeSource) {
        self.secret = secret
        self.derivation = derivation
        self.executor = executor
        self.time = time
    }

    /// Opens every key in `contents`, changing nothing.
    /// - Returns: nil when the contents are new or the original's, which ``adopt(in:)`` brings into our format.
    /// - Throws: ``AuthError/wrongMasterKey`` or ``AuthError/keyUnreadable(_:_:)`` naming the row.
    package func prove(_ contents: KeyStoreContents) async throws -> KeySealer? {
        guard let record = contents.keyEncryptionKeys.last else {
            for key in contents.keys {
                guard !SealedKeyFormat.isSealed(key.sealed) else { throw AuthError.wrongMasterKey }
                _ = try OriginalKeyFormat.open(key.sealed, secret: secret)
            }
            return nil
        }
        let sealer = KeySealer(
            try await executor.run(on: .generate) {
                try KeyEncryptionKey(of: record, secret: secret, derivation: derivation)
            })
        for key in contents.keys { _ = try sealer.open(key) }
        return sealer
    }

    /// Makes the store ours, in one transaction: a key-encryption key, and the original's keys re-sealed with their kid
    /// and exp kept. When another process was faster, its key-encryption key is the one.
    package func adopt(in store: any Store) async throws -> KeySealer {
        let now = time.now
        let (key, record) = try await executor.run(on: .generate) {
            try KeyEncryptionKey.make(from: secret, at: now, derivation: derivation)
        }
        let sealer = KeySealer(key)
        let adopted = try await store.write { transaction in
            guard try transaction.keyEncryptionKeys().isEmpty else { return false }
            try transaction.insert(record)
            let keys = try transaction.keys()
            for (key, adopted) in zip(keys, Self.records(for: keys, at: now)) {
                let material = try OriginalKeyFormat.open(key.sealed, secret: secret)
                let kept = adopted.holdsPrivateHalf ? material : material.withoutPrivateHalf
                var resealed = StoredKey(adopted, sealed: try sealer.seal(kept, id: key.id))
                resealed.exp = key.exp
                try transaction.update(resealed)
            }
            return true
        }
        if adopted { return sealer }
        guard let sealer = try await prove(try await store.read { transaction in try transaction.keyStoreContents() })
        else { throw AuthError.refused("the database changed while it was being opened: start again") }
        return sealer
    }

    /// The original signed with any unexpired key: the one that lasts longest becomes the active one, the others leave
    /// when their time is over.
    private static func records(for keys: [StoredKey], at now: Timestamp) -> [KeyLifecycle] {
        let active = keys.filter { Timestamp(seconds: $0.exp) > now }.max { $0.exp < $1.exp }?.id
        return keys.map { key in
            let exp = Timestamp(seconds: key.exp)
            let state: KeyState = key.id == active ? .active : exp > now ? .retired : .expired
            return KeyLifecycle(
                id: key.id, state: state, publishedAt: min(now, exp), activatesAt: min(now, exp),
                retiredAt: state == .retired ? now : nil, latestTokenExpiry: nil, withdrawnAt: exp)
        }
    }
}
