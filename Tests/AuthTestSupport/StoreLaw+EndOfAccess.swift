import AuthCore
import Dispatch
import Logging

extension StoreLaw {
    /// What ends what: the rows of the table in docs/sign-out.md, each a law.
    package static let endOfAccess = [
        StoreLaw("a change of the password ends all of its user's", checkChange),
        StoreLaw("a reset of the password ends all of its user's", checkReset),
        StoreLaw("disabling a user ends all, and enabling gives nothing back", checkDisable),
        StoreLaw("deleting a user ends all", checkDelete),
        StoreLaw("signing out everywhere ends all, and nothing else of the user", checkSignOut),
        StoreLaw("disabling a client ends what it was given, and enabling gives nothing back", checkClientDisable),
        StoreLaw(
            "deleting a client ends what it was given, and a later one of its name has nothing", checkClientDelete),
        StoreLaw("removing a resource ends what was for it alone, and takes it from the rest", checkResource),
        StoreLaw("what is given while all of a user's is ended is ended too", checkGivenMeanwhile),
        StoreLaw("nothing is given on what is being ended", checkEndedMeanwhile),
    ]

    private static let root = AuditOrigin.operatingSystem("root")
    private static let time = ManualTimeSource()
    private static let hasher = FakePasswordHasher()

    private static func checkChange(_ store: any Store) async throws {
        let world = try await AccessWorld(in: store)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let change = ChangePassword(
            store: store, hasher: hasher, log: LoginLog(logger: logger), delays: Sample.delays(time: time), time: time)
        func attempt(_ password: String) async throws {
            try await change(
                username: "alice", password: Secret(password), newPassword: Secret("another password"),
                client: IPAddress(ipv4: 0xC000_0201))
        }
        let failure = await failure { try await attempt("wrong") }
        try require(
            failure as? AuthError == .invalidCredentials, "the password is wrong: \(String(describing: failure))")
        try await world.requireAll("a wrong password ends nothing")
        try await attempt("password of alice")
        try await world.requireOnlyBobs()
    }

    private static func checkReset(_ store: any Store) async throws {
        let world = try await AccessWorld(in: store)
        let reset = ResetPassword(store: store, hasher: hasher, time: time, generatedMustChange: false, by: root)
        try require(await failure { _ = try await reset(9) } != nil, "there is no user 9")
        try await world.requireAll("who is not there ends nothing")
        _ = try await reset(1)
        try await world.requireOnlyBobs()
    }

    private static func checkDisable(_ store: any Store) async throws {
        let world = try await AccessWorld(in: store)
        let disable = DisableUser(store: store, time: time, by: root)
        try require(try await disable(1), "alice is disabled")
        try await world.requireOnlyBobs()
        try require(try await disable.undo(1), "alice is enabled")
        try await world.requireOnlyBobs()
    }

    private static func checkDelete(_ store: any Store) async throws {
        let world = try await AccessWorld(in: store)
        try await DeleteUser(store: store, time: time, by: root)(1)
        try await world.requireOnlyBobs()
    }

    private static func checkSignOut(_ store: any Store) async throws {
        let world = try await AccessWorld(in: store)
        let signOut = SignOutEverywhere(store: store, time: time, by: root)
        try require(await failure { _ = try await signOut(9) } is OperatorError, "there is no user 9")
        let outcomes = [try await signOut(1), try await signOut(1)]
        try require(
            outcomes == [.init(sessions: 2, grants: 3), .init(sessions: 0, grants: 0)],
            "all are ended once: \(outcomes)")
        try await world.requireOnlyBobs()
        let (user, log) = try await store.read { transaction in
            (
                try transaction.user(named: ["alice"]),
                try transaction.auditRecords(AuditFilter(), after: 0, through: .max, limit: 9)
            )
        }
        try require(user?.passwordHash == FakePasswordHasher.phc("password of alice"), "the password is what it was")
        try require(
            log.map { "\($0.actor ?? "") \($0.action ?? "") \($0.username ?? "")" }
                == Array(repeating: "os:root user.sign_out_everywhere alice", count: 2), "each is told: \(log)")
    }

    private static func checkClientDisable(_ store: any Store) async throws {
        let world = try await AccessWorld(in: store)
        let disable = DisableClient(store: store, time: time, by: root)
        try require(try await disable("app"), "the client is disabled")
        try await world.require(grants: [2], sessions: ["a1", "a2", "b"], "the other client's stays")
        try require(try await disable.undo("app"), "the client is enabled")
        try await world.require(grants: [2], sessions: ["a1", "a2", "b"], "what is ended stays so")
    }

    private static func checkClientDelete(_ store: any Store) async throws {
        let world = try await AccessWorld(in: store)
        try await DeleteClient(store: store, time: time, by: root)(Sample.app)
        try await world.addClient("app")
        try await world.require(grants: [2], sessions: ["a1", "a2", "b"], "the other client's stays")
    }

    private static func checkResource(_ store: any Store) async throws {
        let world = try await AccessWorld(in: store)
        let remove = RemoveResource(store: store, time: time, by: root)
        try await remove(ResourceURI(stored: "urn:a"))
        try await world.require(grants: [1, 2, 3], sessions: ["a1", "a2", "b"], "one was for it alone")
        try await world.require(resources: [[], ["urn:ab", "urn:b"], [], ["urn:ab"]], "and it is taken from another")
        try await remove(ResourceURI(stored: "urn:b"))
        try await world.require(resources: [[], ["urn:ab"], [], ["urn:ab"]], "wherever it stands")
        try await remove(ResourceURI(stored: "urn:ab"))
        try await world.require(grants: [2], sessions: ["a1", "a2", "b"], "who was given none keeps what it has")
    }
}

extension StoreLaw {
    /// Longer than an end takes that waits for nobody.
    private static let deadline: DispatchTimeInterval = .milliseconds(300)

    private static func checkGivenMeanwhile(_ store: any Store) async throws {
        let world = try await AccessWorld(in: store)
        let (entered, isInside) = AsyncStream<Void>.makeStream()
        let ended = DispatchSemaphore(value: 0)
        async let given = give(in: store) {
            isInside.yield()
            _ = ended.wait(timeout: .now() + deadline)
        }
        for await _ in entered { break }
        _ = try await SignOutEverywhere(store: store, time: time, by: root)(1)
        ended.signal()
        _ = try await given
        try await world.requireOnlyBobs()
    }

    private static func checkEndedMeanwhile(_ store: any Store) async throws {
        let world = try await AccessWorld(in: store)
        let (entered, isInside) = AsyncStream<Void>.makeStream()
        let given = DispatchSemaphore(value: 0)
        async let ended: Void = store.write { transaction in
            _ = try transaction.hold(1)
            _ = try transaction.endGrants(of: 1, for: .signedOut, at: Sample.now)
            _ = try transaction.endSessions(of: 1, at: Sample.now)
            isInside.yield()
            _ = given.wait(timeout: .now() + deadline)
        }
        for await _ in entered { break }
        let isGiven = try await give(in: store) {}
        given.signal()
        try await ended
        try AuthTestSupport.require(!isGiven, "there is no session to give it on")
        try await world.requireOnlyBobs()
    }

    /// Gives a client what alice's session allows, as a use case does.
    private static func give(in store: any Store, _ meanwhile: @escaping @Sendable () -> Void) async throws -> Bool {
        let grant = Sample.grant(session: "a1")
        let isGiven = try await store.write { transaction in
            _ = try transaction.hold(1)
            guard try transaction.session([0], at: Sample.now + .seconds(1)) != nil else { return false }
            meanwhile()
            try transaction.insert(grant)
            return true
        }
        let found = try await store.read { transaction in try transaction.grant(grant.id, at: Sample.now) }
        try AuthTestSupport.require(found == nil || isGiven, "what is not given is not there")
        return isGiven
    }
}

/// Alice signed in with two browsers and gave three grants to two clients, bob signed in with one and gave one.
private struct AccessWorld {
    let store: any Store
    private let grants: [Grant]

    init(in store: any Store) async throws {
        self.store = store
        func grant(_ user: UserID, _ client: String, _ session: String?, _ resources: [String]) -> Grant {
            Grant(
                user: user, client: Sample.known(client), session: session, scopes: [.openID],
                resources: resources.map(ResourceURI.init(stored:)), authenticatedAt: Sample.now,
                isOffline: session == nil, createdAt: Sample.now, expiresAt: Sample.now + .seconds(3_600))
        }
        let grants = [
            grant(1, "app", "a1", ["urn:a"]), grant(1, "app", nil, ["urn:ab", "urn:a", "urn:b"]),
            grant(1, "other", "a2", []), grant(2, "app", "b", ["urn:ab"]),
        ]
        self.grants = grants
        try await store.addAccounts()
        try await store.write { transaction in
            for uri in ["urn:a", "urn:ab", "urn:b"] { _ = try transaction.insert(Sample.resource(uri)) }
            for grant in grants { try transaction.insert(grant) }
            for (number, session) in ["a1", "a2", "b"].enumerated() {
                try transaction.insert(
                    Sample.session(session, user: session == "b" ? 2 : 1), hash: [UInt8(number)],
                    idleUntil: Sample.now + .seconds(3_600))
            }
        }
        for id in ["app", "other"] { try await addClient(id) }
    }

    func addClient(_ id: String) async throws {
        let client = try Sample.client(id)
        _ = try await store.write { transaction in try transaction.insert(client, secret: nil) }
    }

    func requireAll(_ why: String) async throws {
        try await require(grants: [0, 1, 2, 3], sessions: ["a1", "a2", "b"], why)
    }

    func requireOnlyBobs() async throws { try await require(grants: [3], sessions: ["b"], "bob's alone is left") }

    func require(grants expected: [Int], sessions: [String], _ why: String) async throws {
        let living = try await living()
        let left = living.enumerated().filter { $0.element != nil }.map(\.offset)
        try AuthTestSupport.require(left == expected, "\(why): grants \(left)")
        let found = try await store.read { transaction in
            try [1, 2].flatMap { try transaction.sessions(of: $0, at: Sample.now + .seconds(1)) }.map(\.id).sorted()
        }
        try AuthTestSupport.require(found == sessions, "\(why): sessions \(found)")
    }

    func require(resources expected: [[String]], _ why: String) async throws {
        let found = try await living().map { $0?.resources.map(\.text) ?? [] }
        try AuthTestSupport.require(found == expected, "\(why): resources \(found)")
    }

    private func living() async throws -> [Grant?] {
        let ids = grants.map(\.id)
        return try await store.read { transaction in
            try ids.map { try transaction.grant($0, at: Sample.now + .seconds(1)) }
        }
    }
}
