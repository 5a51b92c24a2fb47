import AuthCore

extension StoreLaw {
    /// What a user sees and ends of the own account.
    package static let ownAccount = [
        StoreLaw("what clients have of a user is told once for each kind of it, while it lives", checkAccesses),
        StoreLaw("ending one session ends what was given in it, but for what outlives it, once", checkOneSession),
        StoreLaw(
            "withdrawing access ends what one user gave one client, and forgets what was agreed to", checkWithdrawal),
        StoreLaw("the living sessions of everybody are told in steps", checkAllSessions),
        StoreLaw("what happened to an account is found by its number, whatever its name was", checkEvents),
    ]

    private static let moment = Sample.now + .seconds(60)

    private static func checkAccesses(_ store: any Store) async throws {
        try await store.addAccounts()
        func grant(_ client: String, _ scopes: [String], at seconds: Int64 = 0, user: UserID = 1) -> Grant {
            Grant(
                user: user, client: Sample.known(client), session: nil, scopes: scopes.map(Scope.init(stored:)),
                resources: scopes.contains("read") ? [ResourceURI(stored: "urn:a")] : [], authenticatedAt: Sample.now,
                createdAt: Sample.now + .seconds(seconds), expiresAt: Sample.now + .seconds(3_600))
        }
        let (ended, idle) = (grant("gone", []), grant("idle", []))
        let grants = [
            grant("app", ["openid"], at: 20), grant("app", ["openid"], at: 10), grant("app", ["read"], at: 30),
            grant("web", [], user: 2), ended, Sample.grant(1, client: Sample.known("over"), expiresAt: moment),
        ]
        try await store.addRefreshing(idle, idle: .seconds(60))
        try await store.write { transaction in
            for grant in grants { try transaction.insert(grant) }
            _ = try transaction.endGrant(ended.id, for: .revoked, at: Sample.now)
        }
        let found = try await store.read { transaction in try transaction.accesses(of: 1, at: moment) }
        let expected = [grants[1], grants[2]].map { grant in
            ClientAccess(
                client: grant.client, access: GrantedAccess(scopes: grant.scopes, resources: grant.resources),
                since: grant.createdAt)
        }
        try require(found == expected, "two kinds, the first since the first: \(found)")
        let (before, count, countBefore) = try await store.read { transaction in
            let before = moment - .milliseconds(1)
            return (
                try transaction.accesses(of: 1, at: before).map(\.client.text),
                try transaction.livingGrants(at: moment), try transaction.livingGrants(at: before)
            )
        }
        try require(Set(before) == ["app", "idle", "over"], "while they live: \(before)")
        try require(count == 4 && countBefore == 6, "of all users: \(count), \(countBefore)")
    }

    private static func checkOneSession(_ store: any Store) async throws {
        let world = try await signedIn(store)
        let bobs = try await world.account.endSession("b", in: world.alice)
        try require(bobs == .nothing, "of somebody else there is none")
        let done = await inParallel(50) { _ in try? await world.account.endSession("a2", in: world.alice) }
        let count = done.count { $0 == .done(signsOut: false) }
        try require(count == 1 && done.count { $0 == .nothing } == 49, "one of 50: \(done)")
        try await world.require(
            sessions: ["a1", "b"], grants: ["app a1", "app b", "other"], "that one, and what it gave")
        let own = try await world.account.endSession("a1", in: world.alice)
        try require(own == .done(signsOut: true), "the own one, too")
        let after = try await world.account.endSession("b", in: world.alice)
        try require(after == .signIn(.look), "and then nobody is signed in")
        try await world.require(sessions: ["b"], grants: ["app b", "other"], "bob is")
    }

    private static func checkWithdrawal(_ store: any Store) async throws {
        let world = try await signedIn(store)
        let done = await inParallel(50) { _ in try? await world.account.withdraw("app", in: world.alice) }
        let count = done.count { $0 == .done(signsOut: false) }
        try require(count == 1 && done.count { $0 == .nothing } == 49, "one of 50: \(done)")
        try await world.require(sessions: ["a1", "a2", "b"], grants: ["app b", "other"], "bob's and the other's stay")
        let left = try await store.read { transaction in
            try [1, 2].flatMap { try transaction.consents(of: $0) }.map { "\($0.user) \($0.client.text)" }
        }
        try require(left == ["1 other", "2 app"], "so does what else was agreed to: \(left)")
    }

    private static func checkAllSessions(_ store: any Store) async throws {
        try await store.addAccounts()
        try await store.write { transaction in
            for number in 0..<5 {
                let session = Sample.session("sid \(number)", user: number == 2 ? 2 : 1)
                let idleUntil = Sample.now + .seconds(number == 3 ? 60 : 3_600)
                try transaction.insert(session, hash: [UInt8(number)], idleUntil: idleUntil)
            }
        }
        func step(after id: String) async throws -> [String] {
            try await store.read { transaction in try transaction.sessions(after: id, at: moment, limit: 2) }.map(\.id)
        }
        let steps = [try await step(after: ""), try await step(after: "sid 1"), try await step(after: "sid 4")]
        try require(steps == [["sid 0", "sid 1"], ["sid 2", "sid 4"], []], "each once: \(steps)")
    }

    private static func checkEvents(_ store: any Store) async throws {
        try await store.write { transaction in
            for (user, name) in [(1, "alice"), (2, "alice"), (nil, nil), (1, "renamed")] as [(UserID?, String?)] {
                try transaction.append(
                    AuditEvent(.login, by: .caller(nil), at: Sample.now, userID: user, username: name))
            }
        }
        var filter = AuditFilter()
        filter.user = 1
        let wanted = filter
        let found = try await store.read { transaction in
            try transaction.auditPage(wanted, before: .newest, examining: 100, limit: 100).records
        }
        try require(found.map(\.username) == ["renamed", "alice"], "of number 1 alone: \(found)")
    }

    /// Alice is signed in with two browsers and bob with one; each gave the app something, and alice another client.
    private static func signedIn(_ store: any Store) async throws -> OwnWorld {
        try await store.addAccounts()
        let clients = [try Sample.client("app"), try Sample.client("other")]
        let secrets = (0..<3).map { _ in BrowserSecret.random() }
        let grants = [
            "app a1": Sample.grant(1, session: "a1"), "app a2": Sample.grant(1, session: "a2"),
            "app b": Sample.grant(2, session: "b"),
            "other": Sample.grant(1, client: Sample.known("other"), session: "a2", isOffline: true),
        ]
        try await store.write { transaction in
            for client in clients { _ = try transaction.insert(client, secret: nil) }
            for (id, secret) in zip(["a1", "a2", "b"], secrets) {
                try transaction.insert(
                    Sample.session(id, user: id == "b" ? 2 : 1), hash: secret.hash, idleUntil: moment)
            }
            for grant in grants.values { try transaction.insert(grant) }
            for (user, client) in [(1, "app"), (1, "other"), (2, "app")] as [(UserID, String)] {
                try transaction.add(
                    Consent(
                        user: user, client: Sample.known(client), resource: nil, scopes: [.openID],
                        givenAt: Sample.now))
            }
        }
        let browser = Browser(
            flows: nil, session: secrets[0], address: IPAddress(ipv4: 0xC000_0201), userAgent: "browser")
        return OwnWorld(
            store: store, account: OwnAccount(store: store, time: ManualTimeSource()), alice: browser, grants: grants)
    }
}

private struct OwnWorld {
    let store: any Store
    let account: OwnAccount
    /// With the session `a1`.
    let alice: Browser
    let grants: [String: Grant]

    func require(sessions: [String], grants expected: [String], _ why: String) async throws {
        let all = grants
        let (found, living) = try await store.read { transaction in
            (
                try [1, 2].flatMap { try transaction.sessions(of: $0, at: Sample.now) }.map(\.id).sorted(),
                try all.filter { try transaction.grant($0.value.id, at: Sample.now) != nil }.map(\.key).sorted()
            )
        }
        try AuthTestSupport.require(
            found == sessions && living == expected, "\(why): sessions \(found), grants \(living)")
    }
}
