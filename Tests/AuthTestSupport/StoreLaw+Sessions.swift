import AuthCore

extension StoreLaw {
    /// Browsers' sessions.
    package static let sessions = [
        StoreLaw("a session is found by its cookie's hash until it is idle, over or ended", checkSessionLife),
        StoreLaw("use is noted once in five minutes and never moves the last end", checkUse),
        StoreLaw("of 50 that renew one session one does, and the old cookie opens nothing", checkRenewal),
        StoreLaw("a user ends one session, or all, and nobody else's", checkSessionEnds),
        StoreLaw("sessions that are over go, and those of a deleted account", checkSessionDeletion),
    ]

    private static let idle: Duration = .seconds(3_600)

    private static func checkSessionLife(_ store: any Store) async throws {
        try await store.addAccounts()
        let session = Sample.session("sid")
        try await add(session, [1], to: store)
        for (seconds, isThere) in [(0, true), (3_599, true), (3_600, false)] as [(Int64, Bool)] {
            let found = try await find([1], at: Sample.now + .seconds(seconds), in: store)
            try require(found == (isThere ? session : nil), "after \(seconds) s: \(String(describing: found))")
        }
        try require(try await find([2], at: Sample.now, in: store) == nil, "another cookie finds nothing")
    }

    private static func checkUse(_ store: any Store) async throws {
        try await store.addAccounts()
        try await add(Sample.session("sid"), [1], to: store)
        func use(at seconds: Int64) async throws -> Timestamp? {
            let moment = Sample.now + .seconds(seconds)
            try await store.write { transaction in
                try transaction.noteUse(ofSession: [1], at: moment, idleUntil: moment + idle)
            }
            return try await find([1], at: moment, in: store)?.seenAt
        }
        try require(try await use(at: 300) == Sample.now, "within five minutes nothing is written")
        let second = Sample.now + .seconds(301)
        try require(try await use(at: 301) == second, "then it is")
        try require(try await use(at: 600) == second, "and again after five")
        for seconds: Int64 in [3_700, 7_199] { _ = try await use(at: seconds) }
        try require(try await find([1], at: Sample.now + .seconds(7_199), in: store) != nil, "it lives as it is used")
        try require(try await find([1], at: Sample.now + .seconds(7_200), in: store) == nil, "until its last end")
        try require(try await use(at: 7_201) == nil, "which use does not move")
    }

    private static func checkRenewal(_ store: any Store) async throws {
        try await store.addAccounts()
        try await add(Sample.session("sid"), [1], to: store)
        let later = Sample.now + .seconds(60)
        let renewed = await inParallel(50) { number in
            try? await store.write { transaction in
                try transaction.renewSession(
                    [1], to: [2, UInt8(number)], at: later, idleUntil: later + idle)
            }
        }
        try require(renewed.count { $0 == true } == 1 && renewed.count { $0 == false } == 49, "one does: \(renewed)")
        try require(try await find([1], at: later, in: store) == nil, "the old cookie opens nothing")
        let all = try await list(1, at: later, in: store)
        try require(all.map(\.id) == ["sid"] && all.first?.authenticatedAt == later, "it is the same session: \(all)")
        let over = try await store.write { transaction in
            try transaction.renewSession([1], to: [3], at: later, idleUntil: later + idle)
        }
        try require(!over, "what is not there is not renewed")
    }

    private static func checkSessionEnds(_ store: any Store) async throws {
        try await store.addAccounts()
        for (number, user) in ([1, 1, 1, 2] as [UserID]).enumerated() {
            try await add(Sample.session("sid \(number)", user: user), [UInt8(number)], to: store)
        }
        func end(_ id: String, of user: UserID) async throws -> Bool {
            try await store.write { transaction in try transaction.endSession(id, of: user, at: Sample.now) }
        }
        try require(try await !end("sid 3", of: 1), "nobody ends another's")
        let (first, second) = (try await end("sid 1", of: 1), try await end("sid 1", of: 1))
        try require(first && !second, "one is ended once")
        let rest = try await list(1, at: Sample.now, in: store).map(\.id)
        try require(rest == ["sid 0", "sid 2"], "the others stay: \(rest)")
        let ended = try await store.write { transaction in try transaction.endSessions(of: 1, at: Sample.now) }
        try require(ended.sorted() == ["sid 0", "sid 2"], "then all: \(ended)")
        try require(try await list(2, at: Sample.now, in: store).count == 1, "bob's is his")
        let all = try await store.write { transaction in try transaction.endAllSessions(at: Sample.now) }
        let left = try await list(2, at: Sample.now, in: store)
        try require(all == 1 && left.isEmpty, "or everybody's: \(all)")
    }

    private static func checkSessionDeletion(_ store: any Store) async throws {
        try await store.addAccounts()
        for number: UInt8 in 0..<20 {
            let end = Sample.now + .seconds(Int64(number) + 1)
            let session = Sample.session("sid \(number)", user: number < 15 ? 1 : 2, expiresAt: end)
            try await add(session, [number], to: store)
        }
        let count = try await store.write { transaction in
            try transaction.deleteSomeSessions(overBefore: Sample.now + .seconds(11))
        }
        try require(count == 10, "ten are over: \(count)")
        let left = try await list(1, at: Sample.now, in: store)
        try require(left.count == 5, "five of alice's are left")
        let (newest, counted) = try await store.read { transaction in
            (
                try transaction.newestSessions(of: 1, at: Sample.now, limit: 3),
                try transaction.sessionCount(of: 1, at: Sample.now)
            )
        }
        try require(newest == Array(left.prefix(3)) && counted == 5, "three are read, and five counted")
        _ = try await store.write { transaction in try transaction.deleteUser(1) }
        try require(try await list(1, at: Sample.now, in: store).isEmpty, "and go with her")
        try require(try await list(2, at: Sample.now, in: store).count == 5, "bob's stay")
    }

    private static func add(_ session: Session, _ hash: [UInt8], to store: any Store) async throws {
        try await store.write { transaction in
            try transaction.insert(session, hash: hash, idleUntil: Sample.now + idle)
        }
    }

    private static func find(_ hash: [UInt8], at moment: Timestamp, in store: any Store) async throws -> Session? {
        try await store.read { transaction in try transaction.session(hash, at: moment) }
    }

    private static func list(_ user: UserID, at moment: Timestamp, in store: any Store) async throws -> [Session] {
        try await store.read { transaction in try transaction.sessions(of: user, at: moment) }
    }
}
