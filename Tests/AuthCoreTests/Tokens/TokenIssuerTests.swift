import AuthCore
import AuthTestSupport
import Testing

@Suite("TokenIssuer") struct TokenIssuerTests {
    @Test("extends the promise once, not for each token within it") func promise() async throws {
        let world = try await IssuerWorld()
        // Lifetime and a stretch of a minute: tokens until 60 s from now are within.
        for (after, extensions) in [(0, 1), (1, 1), (30, 1), (29, 1), (1, 2), (60, 2), (1, 3)] as [(Int64, Int)] {
            world.time.advance(by: .seconds(after))
            let token = try await world.login()
            #expect(world.store.signingExtensions == extensions, "after \(after) s")
            try expectPromised(token, world)
        }
        #expect(world.store.authLog.count == 7)
    }

    @Test(
        "keeps the promise of short-lived tokens as short",
        arguments: [(1, 1), (2, 1), (10, 5), (120, 60), (86_400, 60)])
    func stretch(_ lifetime: Int64, _ stretch: Int64) async throws {
        let world = try await IssuerWorld(lifetime: .seconds(lifetime))
        let token = try await world.login()
        let latestTokenExpiry = try #require(world.keys.record(of: KeyID(1))?.latestTokenExpiry)
        #expect(latestTokenExpiry.seconds - (try token.number("exp")) == stretch)
    }

    @Test("promises again in a new process, and never less") func restart() async throws {
        let world = try await IssuerWorld()
        _ = try await world.login()
        let before = try #require(world.keys.record(of: KeyID(1))?.latestTokenExpiry)
        world.time.jump(by: .seconds(-1_800))
        let process = world.keys.process()
        try await process.rotationLoop.refresh()
        let issuer = TokenIssuer(
            configuration: TokenIssuer.Configuration(
                issuer: "i", audience: "a", lifetime: .seconds(3_600), clockSkew: .seconds(60)),
            keyRing: process.ring, executor: ImmediateExecutor(), time: world.time, refreshKeyRing: {})
        _ = try await issuer.issue(.live, to: world.user, in: world.store) { _ in }
        #expect(world.store.signingExtensions == 2)
        #expect(world.keys.record(of: KeyID(1))?.latestTokenExpiry == before)
    }

    @Test("signs under the successor when the store says that its key is active no more") func keyChanged() async throws
    {
        let world = try await IssuerWorld()
        _ = try await world.keys.process().rotate.step(.revocation(KeyID(1)), at: { world.time.now })
        let token = try await world.login()
        #expect(token.header == #"{"alg":"RS256","kid":"3","typ":"JWT"}"#)
        #expect(token.isSigned(by: try TestKey.material(2)))
        #expect(world.refreshes.count == 1)
        #expect(world.ring.current?.active.id == KeyID(3))
        // Once, not once for each attempt.
        #expect(world.store.authLog.count == 1)
        try expectPromised(token, world)
    }

    @Test("within its promise a token is on the books of the retired key too") func retiredMeanwhile() async throws {
        let world = try await IssuerWorld()
        _ = try await world.login()
        world.time.advance(by: .seconds(86_400))
        _ = try await world.login()
        _ = try await world.keys.process().rotate.step(.rotation, at: { world.time.now })
        #expect(world.keys.record(of: KeyID(1))?.state == .retired)
        world.time.advance(by: .seconds(30))
        // This process has not looked at the store since.
        let token = try await world.login()
        #expect(token.header.contains(#""kid":"1""#))
        try expectPromised(token, world)
    }

    @Test("gives up when the key is not active after a second look either, and records nothing") func givesUp()
        async throws
    {
        let world = try await IssuerWorld(refreshWorks: false)
        _ = try await world.keys.process().rotate.step(.revocation(KeyID(1)), at: { world.time.now })
        await #expect(throws: AuthError.unavailable("the signing key changed twice during one login")) {
            try await world.login()
        }
        #expect(world.refreshes.count == 2)
        #expect(world.store.authLog.isEmpty)
    }

    @Test("takes back the promise of a login that cannot be recorded", arguments: [TokenKind.live, .expired])
    func failingRecord(_ kind: TokenKind) async throws {
        let world = try await IssuerWorld()
        await #expect(throws: AuthError.emailTaken) {
            try await world.issuer.issue(kind, to: world.user, in: world.store) { _ in throw AuthError.emailTaken }
        }
        #expect(world.keys.record(of: KeyID(1))?.latestTokenExpiry == nil)
        // The next one makes it good.
        try expectPromised(try await world.login(), world)
    }

    @Test("issues nothing when the store does not answer", arguments: [TokenKind.live, .expired])
    func outage(_ kind: TokenKind) async throws {
        let world = try await IssuerWorld()
        _ = try await world.login()
        world.store.fail(with: .unavailable("gone"))
        await #expect(throws: AuthError.unavailable("gone")) { try await world.issue(kind) }
    }

    @Test("says so while there is no key yet", arguments: [TokenKind.live, .expired])
    func noKey(_ kind: TokenKind) async throws {
        let world = try await IssuerWorld()
        let issuer = TokenIssuer(
            configuration: TokenIssuer.Configuration(
                issuer: "i", audience: "a", lifetime: .seconds(60), clockSkew: .zero),
            keyRing: CurrentKeyRing(), executor: ImmediateExecutor(), time: world.time, refreshKeyRing: {})
        let error = await #expect(throws: AuthError.self) {
            try await issuer.issue(kind, to: world.user, in: world.store) { transaction in
                try transaction.append(AuthLogEntry(clientAddress: "", moment: Sample.now, userID: nil))
            }
        }
        guard case .unavailable = error else {
            Issue.record("not unavailable: \(String(describing: error))")
            return
        }
        #expect(world.store.authLog.isEmpty)
    }

    @Test("has every token of many parallel logins on the books") func parallel() async throws {
        let world = try await IssuerWorld(lifetime: .seconds(2))
        let tokens = try await withThrowingTaskGroup(of: ParsedToken.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    world.time.advance(by: .milliseconds(100))
                    return try await world.login()
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(tokens.count == 50)
        for token in tokens { try expectPromised(token, world) }
    }

    /// The key of the token stays in the JWK Set until the token has expired, and the skew has passed.
    private func expectPromised(_ token: ParsedToken, _ world: IssuerWorld) throws {
        let id = token.header.contains(#""kid":"1""#) ? KeyID(1) : KeyID(3)
        let record = try #require(world.keys.record(of: id))
        let expiresAt = Timestamp(seconds: try token.number("exp"))
        #expect(try #require(record.latestTokenExpiry) >= expiresAt)
        #expect(record.withdrawnAt >= expiresAt + .seconds(60))
    }
}
