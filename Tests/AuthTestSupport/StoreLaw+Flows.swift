import AuthCore

extension StoreLaw {
    /// Authorization requests on their way.
    package static let flows = [
        StoreLaw("a flow is found in the browser that began it alone, until it is over", checkFlow),
        StoreLaw("of 50 that finish one flow one does", checkParallelFinish),
        StoreLaw("of 50 that claim one flow one does, and gives it back once", checkParallelClaim),
        StoreLaw("flows that are over go", checkFlowDeletion),
    ]

    private static let flow = Flow(
        hash: [1], browser: [2], request: #"{"client_id":"app"}"#, expiresAt: Sample.now + .seconds(600))

    private static func checkFlow(_ store: any Store) async throws {
        try await store.write { transaction in try transaction.insert(flow) }
        for (hash, browser, seconds, isThere) in [
            ([1], [2], 0, true), ([1], [2], 599, true), ([1], [2], 600, false), ([1], [3], 0, false),
            ([2], [2], 0, false),
        ] as [([UInt8], [UInt8], Int64, Bool)] {
            let found = try await store.read { transaction in
                try transaction.flow(hash, browser: browser, at: Sample.now + .seconds(seconds))
            }
            try require(found == (isThere ? flow : nil), "\(hash) in \(browser) after \(seconds) s")
        }
    }

    private static func checkParallelFinish(_ store: any Store) async throws {
        try await store.write { transaction in try transaction.insert(flow) }
        @Sendable func finish(_ browser: [UInt8], at moment: Timestamp) async throws -> Bool {
            try await store.write { transaction in try transaction.finishFlow([1], browser: browser, at: moment) }
        }
        try require(try await !finish([3], at: Sample.now), "another browser finishes nothing")
        try require(try await !finish([2], at: flow.expiresAt), "nor does who is late")
        let done = await inParallel(50) { _ in try? await finish([2], at: Sample.now) }
        try require(done.count { $0 == true } == 1 && done.count { $0 == false } == 49, "one does: \(done)")
        let found = try await store.read { transaction in
            try transaction.flow([1], browser: [2], at: Sample.now)
        }
        try require(found?.doneAt == Sample.now, "when is kept, for who comes again")
    }

    private static func checkParallelClaim(_ store: any Store) async throws {
        try await store.write { transaction in try transaction.insert(flow) }
        let nonces = (0..<50).map { [UInt8](repeating: UInt8($0), count: FlowClaim.nonceLength) }
        @Sendable func claim(_ number: Int, after seconds: Int64, browser: [UInt8] = [2]) async throws -> Bool {
            let now = Sample.now + .seconds(seconds)
            return try await store.write { transaction in
                try transaction.claimFlow(
                    [1], browser: browser, nonce: nonces[number], at: now, until: now + .seconds(10))
            }
        }
        @Sendable func release(_ number: Int) async throws -> Bool {
            try await store.write { transaction in try transaction.releaseFlow([1], nonce: nonces[number]) }
        }
        @Sendable func claim() async throws -> FlowClaim? {
            try await store.read { transaction in
                try transaction.flow([1], browser: [2], at: Sample.now)?.claim
            }
        }
        try require(try await !claim(0, after: 0, browser: [3]), "another browser claims nothing")
        try require(try await !claim(0, after: 600), "nor does who is late")
        let wins = await inParallel(50) { number in (try? await claim(number, after: 0)) == true ? number : nil }
        guard let winner = wins.compactMap({ $0 }).first, wins.count(where: { $0 != nil }) == 1 else {
            return try require(false, "one does: \(wins)")
        }
        let other = (winner + 1) % 50
        try require(
            try await claim() == FlowClaim(nonce: nonces[winner], until: Sample.now + .seconds(10)), "it is kept")
        try require(try await !claim(other, after: 9), "until it is over")
        try require(try await !release(other), "only who has it gives it back")
        try require(try await release(winner), "who has it does")
        try require(try await claim() == FlowClaim(nonce: nonces[winner], until: nil), "its nonce stays")
        try require(try await claim(other, after: 1), "another one may then")
        try require(try await claim(winner, after: 11), "and where it is not given back, after its end")
        try require(try await !release(other), "who took too long has nothing any more")
        _ = try await store.write { transaction in try transaction.finishFlow([1], browser: [2], at: Sample.now) }
        try require(try await !claim(other, after: 60), "what is done is not claimed")
    }

    private static func checkFlowDeletion(_ store: any Store) async throws {
        try await store.write { transaction in try transaction.insert(flow) }
        let counts = [
            try await store.write { transaction in try transaction.deleteSomeFlows(overBefore: flow.expiresAt) },
            try await store.write { transaction in
                try transaction.deleteSomeFlows(overBefore: flow.expiresAt + .milliseconds(1))
            },
        ]
        try require(counts == [0, 1], "after its end, not before: \(counts)")
    }
}
