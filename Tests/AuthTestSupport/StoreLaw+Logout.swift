import AuthCore

extension StoreLaw {
    /// Who is told that a session ended.
    package static let logout = [
        StoreLaw("what ends sessions writes who is told, each client of each session once", checkTold),
        StoreLaw("who wants to hear nothing is told nothing", checkNotTold),
        StoreLaw("of 50 that claim what is due, each delivery is claimed by one", checkClaims),
        StoreLaw(
            "a delivery comes back when its lease is over, and what the dead one says then is nothing", checkLease),
        StoreLaw("a delivery that was given up is seen, and never due", checkGivenUp),
        StoreLaw("a key that left the JWK Set is known until it is not", checkRetiredKey),
        StoreLaw("what is over goes, and nothing else", checkLogoutDeletion),
    ]

    private static let noon = Sample.now + .seconds(60)

    /// Alice's sessions a1 and a2, bob's b; `app` and `other` want to be told, `silent` does not.
    private static func prepare(_ store: any Store) async throws {
        try await store.addAccounts()
        let clients = try ["app", "other", "silent"].map { id in
            Client(
                id: Sample.known(id), name: try ClientName(id), kind: .confidential,
                redirectURIs: [RedirectURI(stored: "https://\(id).example/cb")],
                backchannelLogoutURI: id == "silent" ? nil : BackchannelLogoutURI(stored: "https://\(id).example/end"),
                grants: [.authorizationCode], scopes: [.openID], createdAt: Sample.now)
        }
        try await store.write { transaction in
            for client in clients { _ = try transaction.insert(client, secret: nil) }
            for (number, session) in ["a1", "a2", "b"].enumerated() {
                let user: UserID = session == "b" ? 2 : 1
                try transaction.insert(
                    Sample.session(session, user: user), hash: [UInt8(number)],
                    idleUntil: Sample.now + .seconds(3_600))
                for client in clients + clients {
                    try transaction.note(client.id, in: session, until: Sample.now + .seconds(7_200))
                }
            }
        }
    }

    private static func told(_ store: any Store) async throws -> [String] {
        try await store.read { transaction in
            var found: [LogoutDelivery] = []
            while true {
                let more = try transaction.logoutDeliveries(after: found.last, limit: 2)
                guard !more.isEmpty else { break }
                found += more
            }
            return found.map { "\($0.session) \($0.client.text) \($0.user)" }
        }
    }

    private static func checkTold(_ store: any Store) async throws {
        try await prepare(store)
        let one = try await store.write { transaction in try transaction.end("a1", of: 1, at: noon) }
        try require(one, "a1 is ended")
        try require(try await told(store) == ["a1 app 1", "a1 other 1"], "its clients: \(try await told(store))")
        let (again, foreign) = try await store.write { transaction in
            (try transaction.end("a1", of: 1, at: noon), try transaction.end("b", of: 1, at: noon))
        }
        try require(!again && !foreign, "not twice, and not another's")
        try await store.write { transaction in
            _ = try transaction.endSessions(of: 1, at: noon)
            _ = try transaction.endSessions(of: 1, at: noon)
        }
        let both = ["a1 app 1", "a1 other 1", "a2 app 1", "a2 other 1"]
        try require(try await told(store) == both, "those of alice alone: \(try await told(store))")
        _ = try await store.write { transaction in try transaction.endAllSessions(at: noon) }
        try require(try await told(store) == both + ["b app 2", "b other 2"], "and all: \(try await told(store))")
        let next = try await store.read { transaction in try transaction.nextLogoutDelivery() }
        try require(next == noon, "they are due at once, not \(String(describing: next))")
    }

    private static func checkNotTold(_ store: any Store) async throws {
        try await prepare(store)
        try await store.write { transaction in
            _ = try transaction.deleteClient(Sample.known("other"))
            _ = try transaction.end("a1", of: 1, at: noon)
        }
        try require(try await told(store) == ["a1 app 1"], "a client that is gone is none: \(try await told(store))")
        struct Undone: Error {}
        _ = await failure {
            try await store.write { transaction in
                _ = try transaction.end("a2", of: 1, at: noon)
                throw Undone()
            }
        }
        try require(try await told(store) == ["a1 app 1"], "what did not end is not told")
    }

    private static func claim(
        _ store: any Store, at moment: Timestamp, limit: Int = 99
    ) async throws -> [LogoutDelivery] {
        try await store.write { transaction in
            try transaction.claimLogoutDeliveries(at: moment, until: moment + DeliverLogouts.lease, limit: limit)
        }
    }

    private static func checkClaims(_ store: any Store) async throws {
        try await prepare(store)
        _ = try await store.write { transaction in try transaction.endAllSessions(at: noon) }
        try require(try await claim(store, at: noon - .milliseconds(1)).isEmpty, "nothing is due yet")
        let claimed = await inParallel(50) { _ in
            (try? await claim(store, at: noon, limit: 4).map { "\($0.session) \($0.client.text) \($0.attempts)" }) ?? []
        }
        let all = claimed.flatMap { $0 }.sorted()
        try require(
            all == ["a1 app 1", "a1 other 1", "a2 app 1", "a2 other 1", "b app 1", "b other 1"], "each once: \(all)")
    }

    private static func checkLease(_ store: any Store) async throws {
        try await prepare(store)
        _ = try await store.write { transaction in try transaction.end("a1", of: 1, at: noon) }
        let dead = try await claim(store, at: noon, limit: 1)
        let over = noon + DeliverLogouts.lease
        let rest = try await claim(store, at: over - .milliseconds(1))
        try require(dead.count == 1 && rest.count == 1 && dead.first?.client != rest.first?.client, "one each")
        let again = try await claim(store, at: over)
        try require(again.map(\.client) == dead.map(\.client), "the lease is over")
        try require(again.map(\.attempts) == [2], "it is the second time: \(again.map(\.attempts))")
        try await store.write { transaction in
            for delivery in dead { try transaction.settle(delivery, .givenUp(failure: "late")) }
        }
        let due = try await store.read { transaction in
            try transaction.logoutDeliveries(after: nil, limit: 9).filter { $0.nextAt != nil }
        }
        try require(due.count == 2, "what the dead one says counts for nothing")
        try await store.write { transaction in
            for delivery in dead + rest { try transaction.settle(delivery, .delivered) }
        }
        try require(try await told(store).isEmpty, "but that it was delivered does")
    }

    private static func checkGivenUp(_ store: any Store) async throws {
        try await prepare(store)
        _ = try await store.write { transaction in try transaction.end("a1", of: 1, at: noon) }
        let claimed = try await claim(store, at: noon)
        let later = noon + .seconds(5)
        try await store.write { transaction in
            for (delivery, step) in zip(
                claimed.sorted { $0.client.text < $1.client.text },
                [.again(at: later, failure: "status 500"), .givenUp(failure: "timeout")] as [LogoutDelivery.Step])
            {
                try transaction.settle(delivery, step)
            }
        }
        let seen = try await store.read { transaction in try transaction.logoutDeliveries(after: nil, limit: 9) }
        try require(
            seen.map(\.nextAt) == [later, nil] && seen.map(\.failure) == ["status 500", "timeout"], "both: \(seen)")
        let due = try await claim(store, at: noon + .seconds(90_000))
        try require(due.map(\.client.text) == ["app"], "what was given up is not due: \(due)")
    }

    private static func checkRetiredKey(_ store: any Store) async throws {
        let key = RetiredKey(id: KeyID(7), algorithm: .edDSA, encoded: [0, 1, 255], expiresAt: noon)
        try await store.write { transaction in
            try transaction.keep(key)
            // By another server at the same time.
            try transaction.keep(RetiredKey(id: KeyID(7), algorithm: .rs256, encoded: [], expiresAt: Sample.now))
        }
        func find(_ id: Int64, at moment: Timestamp) async throws -> RetiredKey? {
            try await store.read { transaction in try transaction.retiredKey(KeyID(id), at: moment) }
        }
        try require(try await find(7, at: noon - .milliseconds(1)) == key, "as it was kept first")
        try require(try await find(7, at: noon) == nil, "nor later")
        try require(try await find(8, at: Sample.now) == nil, "and no other")
        let forgotten = await inParallel(50) { _ in
            try? await store.write { transaction in try transaction.forgetRetiredKey(KeyID(7)) }
        }
        try require(forgotten.count { $0 == true } == 1, "one forgets it: \(forgotten)")
        try require(try await find(7, at: Sample.now) == nil, "and it is gone")
    }

    private static func checkLogoutDeletion(_ store: any Store) async throws {
        try await prepare(store)
        try await store.write { transaction in
            _ = try transaction.end("a1", of: 1, at: noon)
            try transaction.keep(RetiredKey(id: KeyID(7), algorithm: .rs256, encoded: [1], expiresAt: noon))
        }
        func delete(before moment: Timestamp) async throws -> Int {
            try await store.write { transaction in try transaction.deleteSomeLogouts(overBefore: moment) }
        }
        try require(try await delete(before: noon) == 0, "nothing is over")
        try require(try await delete(before: noon + .milliseconds(1)) == 1, "the key is")
        try require(try await delete(before: Sample.now + .seconds(7_201)) == 9, "three clients of three sessions")
        let end = noon + LogoutDelivery.longest + LogoutDelivery.shown
        try require(try await delete(before: end) == 0, "a delivery is seen for a week after it was given up")
        try require(try await delete(before: end + .milliseconds(1)) == 2, "and then goes")
        _ = try await store.write { transaction in try transaction.end("a2", of: 1, at: noon) }
        try require(try await told(store).isEmpty, "who was forgotten is not told")
    }
}
