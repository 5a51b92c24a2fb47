import AuthCore

extension StoreLaw {
    static func checkPromiseState(_ store: any Store) async throws {
        let states: [KeyState] = [.active, .published, .retired, .revoked, .expired]
        let keys =
            states.enumerated().map { Sample.key(Int64($0.offset) + 1, $0.element) }
            + [StoredKey(id: KeyID(6), sealed: [6], exp: 100, record: nil)]
        try await store.write { transaction in for key in keys { try transaction.insert(key) } }
        let moment = Sample.now + .seconds(5_000)
        for id in Int64(1)...7 {
            let promised = try await store.write { transaction in
                try transaction.reserveSigning(under: KeyID(id), until: moment, withdrawnAt: moment)
            }
            try require(promised == (id == 1), "key \(id) \(id == 1 ? "can" : "cannot") promise")
        }
        let after = try await allKeys(store)
        try require(after.dropFirst() == keys.dropFirst(), "the others are as they were")
        try require(after.first?.record?.latestTokenExpiry == moment, "the active one keeps its promise")
        try require(after.first?.exp == moment.seconds, "and stays until then")
    }

    static func checkPromiseGrowth(_ store: any Store) async throws {
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, .active, withdrawnAt: Timestamp(seconds: 1_000)))
        }
        // (until, withdrawnAt) in milliseconds, then what is there afterwards: latestTokenExpiry, exp.
        let steps: [(until: Int64, withdrawnAt: Int64, latestTokenExpiry: Int64, exp: Int64)] = [
            (500_000, 510_000, 500_000, 1_000), (400_000, 410_000, 500_000, 1_000),
            (900_500, 1_000_001, 900_500, 1_001), (100_000, 2_000_000, 900_500, 2_000),
            (3_000_000, 1_500_000, 3_000_000, 2_000),
        ]
        for step in steps {
            let promised = try await store.write { transaction in
                try transaction.reserveSigning(
                    under: KeyID(1), until: Timestamp(milliseconds: step.until),
                    withdrawnAt: Timestamp(milliseconds: step.withdrawnAt))
            }
            try require(promised, "an active key promises")
            let key = try await allKeys(store).first
            try require(
                key?.record?.latestTokenExpiry == Timestamp(milliseconds: step.latestTokenExpiry),
                "latestTokenExpiry is \(step.latestTokenExpiry) after \(step.until)")
            try require(key?.exp == step.exp, "exp is \(step.exp), rounded up, after \(step.withdrawnAt)")
            try require(key?.record?.withdrawnAt == Timestamp(seconds: step.exp), "the record says the same")
        }
    }

    static func checkRacingFills(_ store: any Store) async throws {
        let (key, record) = try KeyEncryptionKey.make(
            from: Sample.masterKey, at: Sample.now, derivation: FakeKeyDerivation())
        try await store.write { transaction in
            try transaction.insert(record)
            try transaction.insert(Sample.key(1, .active, withdrawnAt: Sample.now + .seconds(9_000_000)))
            try transaction.insert(Sample.key(2, .expired, withdrawnAt: Sample.now - .seconds(3_600)))
        }
        let policy = KeyPolicy(
            activePeriod: .seconds(2_592_000), publishAhead: .seconds(86_400), maxAge: .seconds(300),
            tokenLifetime: .seconds(3_600), clockSkew: .seconds(60))
        // Both have generated their key before either may commit it.
        let work = RendezvousExecutor(parties: 2)
        let filled = await inParallel(2) { _ in
            // A sealer each, as two processes have.
            let rotate = RotateKeys(
                schedule: KeySchedule(policy: policy), store: store, sealer: KeySealer(key), executor: work, bits: 2_048
            )
            do {
                return (id: try await rotate.generate(at: { Sample.now })?.id, error: nil as (any Error)?)
            } catch {
                return (id: nil, error: error)
            }
        }
        for outcome in filled { try require(outcome.error == nil, "neither fails, not \(text(outcome.error))") }
        let made = filled.compactMap(\.id)
        try require(made == [KeyID(3)], "one makes the successor, not \(made)")
        let states = try await allKeys(store).compactMap(\.record?.state)
        try require(states == [.active, .expired, .published], "one successor is there, not \(states)")
    }

    static func checkRacingRotations(_ store: any Store) async throws {
        let (key, record) = try KeyEncryptionKey.make(
            from: Sample.masterKey, at: Sample.now, derivation: FakeKeyDerivation())
        try await store.write { transaction in try transaction.insert(record) }
        let policy = KeyPolicy(
            activePeriod: .seconds(2_592_000), publishAhead: .seconds(86_400), maxAge: .seconds(300),
            tokenLifetime: .seconds(3_600), clockSkew: .seconds(60))
        let process: @Sendable () -> RotateKeys = {
            RotateKeys(
                schedule: KeySchedule(policy: policy), store: store, sealer: KeySealer(key),
                executor: ImmediateExecutor(),
                bits: 2_048)
        }
        for _ in 0..<3 { _ = try await process().generate(at: { Sample.now }) }
        let due = Sample.now + policy.activePeriod
        let active = await inParallel(8) { _ in try? await process().step(at: { due }).plan.active?.id }
        try require(Set(active).count == 1 && active[0] != nil, "all see one key sign, not \(active)")
        let keys = try await allKeys(store).compactMap(\.record)
        try require(keys.count { $0.state == .active } == 1, "one key is active")
        try require(keys.count { $0.state == .retired } == 1, "one key is retired")
        try require(keys.first { $0.state == .active }?.id == active[0], "the one that all saw")
    }
}
