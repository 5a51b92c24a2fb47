/// Use case, at every start: prove that the master key is the right one before anything is changed, then bring a file of
/// the original into our format.
package struct UnlockKeys: Sendable {
    /// What the master key was proven on.
    package enum Verdict: Sendable {
        /// Our format: every key opens.
        case sealed(KeySealer)
        /// A file of the original, whose keys open; or a new database, which has none. ``importOriginal(into:)`` is next.
        case original

        /// What opens the keys; nil for the original's.
        package var sealer: KeySealer? {
            if case .sealed(let sealer) = self { sealer } else { nil }
        }
    }

    private let secret: Secret
    private let derivation: any KeyDerivation
    private let executor: any CPUExecutor
    private let time: any TimeSource
    private let origin: AuditOrigin

    /// - Parameters:
    ///   - secret: the master key.
    ///   - origin: who starts, for the audit log.
    package init(
        secret: Secret, derivation: any KeyDerivation, executor: any CPUExecutor, time: any TimeSource,
        by origin: AuditOrigin = .server
    ) {
        self.origin = origin
        self.secret = secret
        self.derivation = derivation
        self.executor = executor
        self.time = time
    }

    /// Opens every key in `contents`, changing nothing.
    /// - Throws: ``OperatorError/wrongMasterKey``, ``OperatorError/keyUnreadable(_:_:)`` naming the row, or
    ///   ``OperatorError/damaged(_:)`` where nothing says what the keys are sealed under.
    package func verifyMasterKey(on contents: KeyStoreContents) async throws -> Verdict {
        guard let record = contents.keyEncryptionKeys.last else {
            for key in contents.keys {
                guard !SealedKeyFormat.isSealed(key.sealed) else {
                    throw OperatorError.damaged(
                        "the record of the key-encryption key is missing, and key \(key.id) is sealed under it:"
                            + " restore the database from a backup")
                }
                _ = try OriginalKeyFormat.open(key.sealed, id: key.id, secret: secret)
            }
            return .original
        }
        let sealer = KeySealer(
            try await executor.run(on: .start) {
                try KeyEncryptionKey(of: record, secret: secret, derivation: derivation)
            })
        for key in contents.keys { _ = try sealer.open(key) }
        return .sealed(sealer)
    }

    /// Makes the store ours, in one transaction: a key-encryption key, and the original's keys re-sealed with their kid
    /// and exp kept. When another process was faster, its key-encryption key is the one.
    package func importOriginal(into store: any Store) async throws -> KeySealer {
        let now = time.now
        let (key, record) = try await executor.run(on: .start) {
            try KeyEncryptionKey.make(from: secret, at: now, derivation: derivation)
        }
        let sealer = KeySealer(key)
        let isOurs = try await store.write { transaction in
            guard try transaction.keyEncryptionKeys().isEmpty else { return false }
            try transaction.insert(record)
            let keys = try transaction.keys()
            for (key, lifecycle) in zip(keys, Self.lifecycles(of: keys, at: now)) {
                let material = try OriginalKeyFormat.open(key.sealed, id: key.id, secret: secret)
                let kept = lifecycle.holdsPrivateHalf ? material : material.withoutPrivateHalf
                var resealed = StoredKey(lifecycle, sealed: try sealer.seal(kept, id: key.id))
                resealed.exp = key.exp
                try transaction.update(resealed)
                try transaction.append(AuditEvent(.keyImport, by: origin, at: now, kid: key.id))
            }
            return true
        }
        if isOurs { return sealer }
        let contents = try await store.read { transaction in try transaction.keyStoreContents() }
        guard case .sealed(let theirs) = try await verifyMasterKey(on: contents) else {
            throw OperatorError.refused("the database changed while it was being opened: start again")
        }
        return theirs
    }

    /// The original signed with any unexpired key: the one that lasts longest becomes the active one, the others leave
    /// when their time is over.
    private static func lifecycles(of keys: [StoredKey], at now: Timestamp) -> [KeyLifecycle] {
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
