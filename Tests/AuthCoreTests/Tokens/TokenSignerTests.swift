import AuthCore
import AuthTestSupport
import Testing

@Suite("TokenSigner") struct TokenSignerTests {
    @Test("extends the reservation once, not for each token within it") func reservation() async throws {
        let world = try await SignerWorld()
        // Lifetime and a margin of a minute: tokens until 60 s from now are within.
        for (after, extensions) in [(0, 1), (1, 1), (30, 1), (29, 1), (1, 2), (60, 2), (1, 3)] as [(Int64, Int)] {
            world.time.advance(by: .seconds(after))
            let token = try await world.login()
            #expect(world.store.signingExtensions == extensions, "after \(after) s")
            try expectReserved(token, world)
        }
        #expect(world.store.authLog.count == 7)
    }

    @Test(
        "keeps the reservation of short-lived tokens as short",
        arguments: [(1, 1), (2, 1), (10, 5), (120, 60), (86_400, 60)])
    func margin(_ lifetime: Int64, _ margin: Int64) async throws {
        let world = try await SignerWorld(lifetime: .seconds(lifetime))
        let token = try await world.login()
        let latestTokenExpiry = try #require(world.keys.lifecycle(of: KeyID(1))?.latestTokenExpiry)
        #expect(latestTokenExpiry.seconds - (try token.number("exp")) == margin)
    }

    @Test("reservations again in a new process, and never less") func restart() async throws {
        let world = try await SignerWorld()
        _ = try await world.login()
        let before = try #require(world.keys.lifecycle(of: KeyID(1))?.latestTokenExpiry)
        world.time.jump(by: .seconds(-1_800))
        let process = world.keys.process()
        try await process.rotationLoop.refresh()
        let restarted = SignerWorld.signer(process.ring, world.time)
        _ = try await world.logIn(by: restarted)(
            username: "alice", password: Secret("password of alice"), client: IPAddress(ipv4: 0xC000_0201), kind: .live)
        #expect(world.store.signingExtensions == 2)
        #expect(world.keys.lifecycle(of: KeyID(1))?.latestTokenExpiry == before)
    }

    @Test("signs under the successor when the store says that its key is active no more") func keyChanged() async throws
    {
        let world = try await SignerWorld()
        _ = try await world.keys.process().rotate.step(.revocation(KeyID(1)))
        let token = try await world.login()
        #expect(token.header == #"{"alg":"RS256","kid":"3","typ":"JWT"}"#)
        #expect(token.isSigned(by: try TestKey.material(2)))
        #expect(world.refreshes.count == 1)
        #expect(world.ring.current?.active.id == KeyID(3))
        // Once, not once for each attempt.
        #expect(world.store.authLog.count == 1)
        try expectReserved(token, world)
    }

    @Test("within its reservation a token is reserved under the retired key too") func retiredMeanwhile() async throws {
        let world = try await SignerWorld()
        _ = try await world.login()
        world.time.advance(by: .seconds(86_400))
        _ = try await world.login()
        _ = try await world.keys.process().rotate.step(.rotation())
        #expect(world.keys.lifecycle(of: KeyID(1))?.state == .retired)
        world.time.advance(by: .seconds(30))
        // This process has not looked at the store since.
        let token = try await world.login()
        #expect(token.header.contains(#""kid":"1""#))
        try expectReserved(token, world)
    }

    @Test("gives up when the key is not active after a second look either, and records nothing") func givesUp()
        async throws
    {
        let world = try await SignerWorld(refreshWorks: false)
        _ = try await world.keys.process().rotate.step(.revocation(KeyID(1)))
        await #expect(throws: AuthError.unavailable("the signing key changed twice during one login")) {
            try await world.login()
        }
        #expect(world.refreshes.count == 2)
        #expect(world.store.authLog.isEmpty)
    }

    @Test("takes back the reservation of a login that cannot be recorded") func failingRecord() async throws {
        let world = try await SignerWorld()
        await #expect(throws: AuthError.emailTaken) {
            try await world.signer.withReservation(lifetime: world.lifetime) { reservation in
                try await world.store.write { transaction in
                    try reservation.hold(in: transaction)
                    throw AuthError.emailTaken
                }
            }
        }
        #expect(world.keys.lifecycle(of: KeyID(1))?.latestTokenExpiry == nil)
        // The next one makes it good.
        try expectReserved(try await world.login(), world)
    }

    @Test("issues nothing when the store does not answer", arguments: [TokenKind.live, .expired])
    func outage(_ kind: TokenKind) async throws {
        let world = try await SignerWorld()
        _ = try await world.login()
        world.store.fail(with: AuthError.unavailable("gone"))
        await #expect(throws: AuthError.unavailable("gone")) { try await world.issue(kind) }
    }

    @Test("says so while there is no key yet", arguments: [TokenKind.live, .expired])
    func noKey(_ kind: TokenKind) async throws {
        let world = try await SignerWorld()
        let early = SignerWorld.signer(CurrentKeyRing(), world.time)
        let error = await #expect(throws: AuthError.self) {
            try await world.logIn(by: early)(
                username: "alice", password: Secret("password of alice"), client: IPAddress(ipv4: 0xC000_0201),
                kind: kind)
        }
        guard case .unavailable = error else {
            Issue.record("not unavailable: \(String(describing: error))")
            return
        }
        #expect(world.store.authLog.isEmpty)
    }

    @Test("has every token of many parallel logins reserved") func parallel() async throws {
        let world = try await SignerWorld(lifetime: .seconds(2))
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
        for token in tokens { try expectReserved(token, world) }
    }

    /// The key of the token stays in the JWK Set until the token has expired, and the skew has passed.
    private func expectReserved(_ token: ParsedToken, _ world: SignerWorld) throws {
        let id = token.header.contains(#""kid":"1""#) ? KeyID(1) : KeyID(3)
        let lifecycle = try #require(world.keys.lifecycle(of: id))
        let expiresAt = Timestamp(seconds: try token.number("exp"))
        #expect(try #require(lifecycle.latestTokenExpiry) >= expiresAt)
        #expect(lifecycle.withdrawnAt >= expiresAt + .seconds(60))
    }
}
