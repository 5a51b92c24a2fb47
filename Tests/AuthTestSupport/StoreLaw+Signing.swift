import AuthCore

extension StoreLaw {
    /// Reservations, and deciders that race.
    package static let signing = [
        StoreLaw("only an active key can reserve a signature", checkReservationState),
        StoreLaw("a reservation is never shortened, and exp never lowered", checkReservationGrowth),
        StoreLaw(
            "of 50 that reserve at once none shortens another's, and all learn that the key is active",
            checkRacingReservations),
        StoreLaw("of 50 that reserve while the key retires none is lost", checkReservationsAgainstRetirement),
        StoreLaw("two that generate for the same need at once make one successor", checkRacingFills),
        StoreLaw("eight that carry out one rotation at once carry it out once", checkRacingRotations),
    ]

    private static func checkReservationState(_ store: any Store) async throws {
        let states: [KeyState] = [.active, .published, .retired, .revoked, .expired]
        let keys =
            states.enumerated().map { Sample.key(Int64($0.offset) + 1, $0.element) }
            + [StoredKey(id: KeyID(6), sealed: [6], exp: 100, lifecycle: nil)]
        try await store.write { transaction in for key in keys { try transaction.insert(key) } }
        let moment = Sample.now + .seconds(5_000)
        for id in Int64(1)...7 {
            let reserved = try await store.write { transaction in
                try transaction.reserveSigning(under: KeyID(id), until: moment, withdrawnAt: moment)
            }
            try require(reserved == (id == 1), "key \(id) \(id == 1 ? "can" : "cannot") reserve")
        }
        let after = try await allKeys(store)
        try require(after.dropFirst() == keys.dropFirst(), "the others are as they were")
        try require(after.first?.lifecycle?.latestTokenExpiry == moment, "the active one keeps its reservation")
        try require(after.first?.exp == moment.seconds, "and stays until then")
    }

    private static func checkReservationGrowth(_ store: any Store) async throws {
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
            let reserved = try await store.write { transaction in
                try transaction.reserveSigning(
                    under: KeyID(1), until: Timestamp(milliseconds: step.until),
                    withdrawnAt: Timestamp(milliseconds: step.withdrawnAt))
            }
            try require(reserved, "an active key reserves")
            let key = try await allKeys(store).first
            try require(
                key?.lifecycle?.latestTokenExpiry == Timestamp(milliseconds: step.latestTokenExpiry),
                "latestTokenExpiry is \(step.latestTokenExpiry) after \(step.until)")
            try require(key?.exp == step.exp, "exp is \(step.exp), rounded up, after \(step.withdrawnAt)")
            try require(key?.lifecycle?.withdrawnAt == Timestamp(seconds: step.exp), "the lifecycle says the same")
        }
    }

    private static func checkRacingReservations(_ store: any Store) async throws {
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, .active, withdrawnAt: Sample.now))
        }
        let reserved = await inParallel(50) { number in await reserve(number, in: store) }
        try require(reserved.allSatisfy { $0 == true }, "all reserve")
        let key = try await allKeys(store).first
        try require(key?.lifecycle?.latestTokenExpiry == moment(49), "the latest is what is kept")
        try require(key?.exp == moment(49).seconds, "and the key stays as long")
    }

    /// Whoever was told that it may sign is counted in what the retired key stays for.
    private static func checkReservationsAgainstRetirement(_ store: any Store) async throws {
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, .active, withdrawnAt: Sample.now))
        }
        let reserved = await inParallel(51) { number in
            if number != 25 { return await reserve(number, in: store) == true ? number : nil }
            try? await store.write { transaction in
                guard var key = try transaction.keys().first else { return }
                key.lifecycle?.state = .retired
                try transaction.update(key)
            }
            return nil
        }
        let key = try await allKeys(store).first
        try require(key?.lifecycle?.state == .retired, "the key is retired")
        let latest = reserved.compactMap { $0 }.max().map(moment)
        try require(key?.lifecycle?.latestTokenExpiry == latest, "the latest that was reserved is kept")
        try require(await reserve(99, in: store) == false, "nobody reserves any more")
    }

    private static func moment(_ number: Int) -> Timestamp { Sample.now + .seconds(Int64(1_000 + number)) }

    private static func reserve(_ number: Int, in store: any Store) async -> Bool? {
        try? await store.write { transaction in
            try transaction.reserveSigning(under: KeyID(1), until: moment(number), withdrawnAt: moment(number))
        }
    }

    private static let policy = KeyPolicy(
        activePeriod: .seconds(2_592_000), publishAhead: .seconds(86_400), maxAge: .seconds(300),
        tokenLifetime: .seconds(3_600), clockSkew: .seconds(60))

    /// What rotates the keys in a process of its own, which has a sealer and a clock of its own.
    private static func process(
        _ store: any Store, _ key: KeyEncryptionKey, at now: Timestamp, _ executor: any CPUExecutor
    ) -> RotateKeys {
        RotateKeys(
            schedule: KeySchedule(policy: policy), clock: KeyClock(time: ManualTimeSource(now)), store: store,
            sealer: KeySealer(key), executor: executor, makeKey: { try KeyMaterial.generate($0, bits: 2_048) })
    }

    private static func checkRacingFills(_ store: any Store) async throws {
        let (key, record) = try KeyEncryptionKey.make(
            from: Sample.masterKey, at: Sample.now, derivation: FakeKeyDerivation())
        try await store.write { transaction in
            try transaction.insert(record)
            try transaction.insert(Sample.key(1, .active, withdrawnAt: Sample.now + .seconds(9_000_000)))
            try transaction.insert(Sample.key(2, .expired, withdrawnAt: Sample.now - .seconds(3_600)))
        }
        // Both have generated their key before either may commit it.
        let work = RendezvousExecutor(parties: 2)
        let outcomes = await inParallel(2) { _ in
            do {
                return (
                    id: try await process(store, key, at: Sample.now, work).generate()?.id, error: nil as (any Error)?
                )
            } catch {
                return (id: nil, error: error)
            }
        }
        for outcome in outcomes { try require(outcome.error == nil, "neither fails, not \(text(outcome.error))") }
        let made = outcomes.compactMap(\.id)
        try require(made == [KeyID(3)], "one makes the successor, not \(made)")
        let states = try await allKeys(store).compactMap(\.lifecycle?.state)
        try require(states == [.active, .expired, .published], "one successor is there, not \(states)")
    }

    private static func checkRacingRotations(_ store: any Store) async throws {
        let (key, record) = try KeyEncryptionKey.make(
            from: Sample.masterKey, at: Sample.now, derivation: FakeKeyDerivation())
        try await store.write { transaction in try transaction.insert(record) }
        for _ in 0..<3 { _ = try await process(store, key, at: Sample.now, ImmediateExecutor()).generate() }
        let due = Sample.now + policy.activePeriod
        let active = await inParallel(8) { _ in
            try? await process(store, key, at: due, ImmediateExecutor()).step().plan.active?.id
        }
        try require(Set(active).count == 1 && active[0] != nil, "all see one key sign, not \(active)")
        let keys = try await allKeys(store).compactMap(\.lifecycle)
        try require(keys.count { $0.state == .active } == 1, "one key is active")
        try require(keys.count { $0.state == .retired } == 1, "one key is retired")
        try require(keys.first { $0.state == .active }?.id == active[0], "the one that all saw")
    }
}
