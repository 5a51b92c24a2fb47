import AuthCore

extension StoreLaw {
    /// Refresh tokens.
    package static let refreshing = [
        StoreLaw("of 50 that bring one refresh token one makes the next, and all get the same", checkParallelRefresh),
        StoreLaw("a lost answer comes again within the grace; after it the grant ends", checkGrace),
        StoreLaw("a token that is two generations old ends the grant, whatever the clock", checkTwoBack),
        StoreLaw("a token that does not rotate stays the one", checkSliding),
        StoreLaw("what is not the client's, over, ended or yet to come changes nothing", checkRefusals),
        StoreLaw("use moves the idle end, never the last one", checkEndsOfRefreshing),
        StoreLaw("a clock that is set back does not lengthen the grace", checkClockSetBack),
        StoreLaw("ten tabs at once for fifty generations end nothing", checkTabs),
        StoreLaw("a thief who shadows the owner is ended within four generations", checkShadow),
    ]

    private static let policy = RefreshPresentation.Policy(grace: .seconds(30), idle: .seconds(1_800))

    private static func checkParallelRefresh(_ store: any Store) async throws {
        let grant = try await made(in: store)
        let later = Sample.now + .seconds(60)
        let outcomes = await inParallel(50) { _ in try? await bring(0, of: grant, at: later, to: store) }
        try require(
            outcomes.allSatisfy { $0 == .refreshed(grant, generation: 1) }, "all 50 get generation 1: \(outcomes)")
        let next = try await bring(1, of: grant, at: later + .seconds(1), to: store)
        try require(next == .refreshed(grant, generation: 2), "which is good for one more")
    }

    private static func checkGrace(_ store: any Store) async throws {
        for (wait, isGood) in [(0, true), (29, true), (30, false), (3_000, false)] as [(Int64, Bool)] {
            let grant = try await made(in: store, first: wait == 0)
            _ = try await bring(0, of: grant, at: Sample.now + .seconds(60), to: store)
            let again = try await bring(0, of: grant, at: Sample.now + .seconds(60 + wait), to: store)
            let isOver = wait > 1_800
            try require(
                again == (isGood ? .refreshed(grant, generation: 1) : isOver ? .refused : reused(grant, 1, wait)),
                "after \(wait) s: \(again)")
            let next = try await bring(1, of: grant, at: Sample.now + .seconds(61 + wait), to: store)
            try require(next == (isGood ? .refreshed(grant, generation: 2) : .refused), "then \(next)")
            let found = try await store.read { transaction in try transaction.grant(grant.id, at: Sample.now) }
            try require((found != nil) == (isGood || isOver), "the grant is there or not: \(wait)")
        }
    }

    private static func checkTwoBack(_ store: any Store) async throws {
        let grant = try await made(in: store)
        for generation: Int64 in 0..<2 {
            _ = try await bring(generation, of: grant, at: Sample.now + .seconds(1), to: store)
        }
        let reused = try await bring(0, of: grant, at: Sample.now + .seconds(4), to: store)
        try require(reused == Self.reused(grant, 2, 3), "it is reuse, of two back, three seconds old: \(reused)")
        let last = try await bring(2, of: grant, at: Sample.now + .seconds(1), to: store)
        try require(last == .refused, "and the grant is ended: \(last)")
    }

    private static func checkSliding(_ store: any Store) async throws {
        let grant = try await made(in: store)
        for minute: Int64 in 1...50 {
            let moment = Sample.now + .seconds(minute * 60)
            let outcome = try await bring(0, of: grant, at: moment, rotates: false, to: store)
            try require(outcome == .refreshed(grant, generation: 0), "minute \(minute): \(outcome)")
        }
    }

    private static func checkRefusals(_ store: any Store) async throws {
        let grant = try await made(in: store)
        let plain = Sample.grant()
        try await store.write { transaction in try transaction.insert(plain) }
        let now = Sample.now + .seconds(1)
        var outcomes = [
            try await bring(0, of: Sample.grant(), at: now, to: store),
            try await bring(0, of: plain, at: now, to: store), try await bring(1, of: grant, at: now, to: store),
            try await bring(.max, of: grant, at: now, to: store),
        ]
        outcomes.append(
            try await store.write { transaction in
                try transaction.present(
                    RefreshPresentation(
                        grant: grant.id, generation: 0, client: Sample.known("another"), rotates: true, policy: policy),
                    at: now)
            })
        try require(outcomes.allSatisfy { $0 == .refused }, "each is refused: \(outcomes)")
        let good = try await bring(0, of: grant, at: now, to: store)
        try require(good == .refreshed(grant, generation: 1), "and nothing was changed: \(good)")
    }

    private static func checkEndsOfRefreshing(_ store: any Store) async throws {
        let grant = try await made(in: store)
        var generation: Int64 = 0
        for minutes: Int64 in [29, 58] {
            let moment = Sample.now + .seconds(minutes * 60)
            let outcome = try await bring(generation, of: grant, at: moment, to: store)
            generation += 1
            try require(outcome == .refreshed(grant, generation: generation), "used within half an hour: \(outcome)")
        }
        let end = try await bring(generation, of: grant, at: grant.expiresAt, to: store)
        try require(end == .refused, "after an hour it is over, however often it is used: \(end)")
        let idle = try await made(in: store, first: false)
        let late = try await bring(0, of: idle, at: Sample.now + .seconds(1_800), to: store)
        try require(late == .refused, "unused for half an hour it is over: \(late)")
    }

    private static func checkClockSetBack(_ store: any Store) async throws {
        let grant = try await made(in: store)
        _ = try await bring(0, of: grant, at: Sample.now + .seconds(600), to: store)
        let back = try await bring(0, of: grant, at: Sample.now + .seconds(540), to: store)
        try require(back == reused(grant, 1, 0), "a minute before its rotation nobody brings it again: \(back)")
    }

    private static func checkTabs(_ store: any Store) async throws {
        let grant = try await made(in: store)
        for generation: Int64 in 0..<50 {
            let moment = Sample.now + .seconds(60 + generation * 60)
            for tab: Int64 in 0..<10 {
                let outcome = try await bring(generation, of: grant, at: moment + .milliseconds(tab * 400), to: store)
                let expected = RefreshPresentation.Outcome.refreshed(grant, generation: generation + 1)
                try require(outcome == expected, "tab \(tab) of \(generation): \(outcome)")
            }
        }
    }

    private static func checkShadow(_ store: any Store) async throws {
        let grant = try await made(in: store)
        for generation: Int64 in 0..<4 {
            let moment = Sample.now + .seconds(60 + generation * 60)
            guard case .refreshed = try await bring(generation, of: grant, at: moment, to: store),
                case .refreshed = try await bring(generation, of: grant, at: moment + .seconds(10), to: store)
            else {
                let after = try await bring(generation + 1, of: grant, at: moment + .seconds(11), to: store)
                return try require(generation > 0 && after == .refused, "neither goes on after \(generation)")
            }
        }
        try require(false, "it ends within four generations")
    }

    private static func reused(
        _ grant: Grant, _ generations: Int64, _ seconds: Int64
    ) -> RefreshPresentation.Outcome {
        let reuse = RefreshReuse(
            presented: 0, newest: generations, rotatedAt: Sample.now, at: Sample.now + .seconds(seconds))
        return .reused(grant, reuse)
    }

    private static func made(in store: any Store, first: Bool = true) async throws -> Grant {
        if first { try await store.addAccounts() }
        let grant = Sample.grant()
        try await store.addRefreshing(grant)
        return grant
    }

    private static func bring(
        _ generation: Int64, of grant: Grant, at moment: Timestamp, rotates: Bool = true, to store: any Store
    ) async throws -> RefreshPresentation.Outcome {
        try await store.write { transaction in
            try transaction.present(
                RefreshPresentation(
                    grant: grant.id, generation: generation, client: grant.client, rotates: rotates, policy: policy),
                at: moment)
        }
    }
}
