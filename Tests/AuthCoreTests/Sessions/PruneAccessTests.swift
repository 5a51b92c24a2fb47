import AuthCore
import AuthTestSupport
import Testing

@Suite("PruneAccess") struct PruneAccessTests {
    private let store = TestStore()
    private let time = ManualTimeSource()
    private let ends = (0..<4).map { Sample.now + .seconds(600 * (Int64($0) + 1)) }

    private var rows: [Int] {
        ["flows", "sessions", "grants", "authorization_codes", "revoked_tokens", "session_clients"].map(store.count)
    }

    /// One of each kind for each end, and one more that nobody fetched.
    private func fill() async throws {
        try await store.write { [ends] transaction in
            try transaction.insert(try Sample.user("alice"))
            for (number, end) in ends.enumerated() {
                let name: [UInt8] = [UInt8(number)]
                try transaction.insert(Sample.grant(expiresAt: end))
                // Its code is over a minute before it.
                let grant = Sample.grant(expiresAt: end)
                try transaction.insert(grant)
                try transaction.insert(
                    AuthorizationCode(
                        hash: name, grant: grant.id, redirectURI: "", challenge: nil, nonce: nil,
                        expiresAt: end - .seconds(60)))
                try transaction.insert(Sample.session("\(number)", expiresAt: end), hash: name, idleUntil: end)
                try transaction.insert(Flow(hash: name, browser: name, request: "{}", expiresAt: end))
                try transaction.revoke(tokenID: "\(number)", until: end)
                try transaction.note(Sample.app, in: "\(number)", until: end)
            }
        }
    }

    @Test("deletes what has been over for an hour and nothing else, step by step, and then rests")
    func steps() async throws {
        let prune = PruneAccess(store: store, time: time)
        try await fill()
        time.advance(by: .seconds(600) + PruneAccess.keeping)
        #expect(rows == [4, 4, 8, 4, 4, 4])
        // The first code has been over for longer, and what nobody fetched with it goes, too.
        #expect(try await prune() == PruningPace.pause)
        #expect(rows == [4, 4, 7, 3, 4, 4])
        #expect(try await prune() == PruningPace.rest, "what is over for exactly as long stays")
        time.advance(by: .milliseconds(1))
        #expect(try await prune() == PruningPace.pause)
        #expect(rows == [3, 3, 6, 3, 3, 3])
        #expect(try await prune() == PruningPace.rest)
        time.advance(by: .seconds(1_800))
        #expect(try await prune() == PruningPace.pause)
        #expect(rows == [0, 0, 0, 0, 0, 0])
    }

    @Test("deletes for a tenth of the time at most, whatever a row costs") func pace() {
        #expect(PruningPace.pause(after: 1, took: .milliseconds(2)) == .milliseconds(25))
        #expect(PruningPace.pause(after: 1, took: .milliseconds(50)) == .milliseconds(450))
        #expect(PruningPace.pause(after: 0, took: .milliseconds(50)) == PruningPace.rest)
    }

    @Test("what was ended early stays until it is over: it is known if it comes back") func ended() async throws {
        try await fill()
        try await store.write { transaction in _ = try transaction.endGrants(of: 1, for: .signedOut, at: Sample.now) }
        #expect(try await PruneAccess(store: store, time: time)() == PruningPace.rest)
        #expect(rows == [4, 4, 8, 4, 4, 4])
    }
}
