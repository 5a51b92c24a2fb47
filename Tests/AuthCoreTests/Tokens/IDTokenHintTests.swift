import AuthCore
import AuthTestSupport
import Testing

@Suite("IDTokenHint") struct IDTokenHintTests {
    private let world: KeyWorld
    private let process: KeyProcess
    private let hint: IDTokenHint

    init() async throws {
        world = try await KeyWorld()
        process = world.process()
        try await world.insertUsualKeys()
        try await process.rotationLoop.refresh()
        hint = IDTokenHint(
            keyRing: process.ring, issuer: "https://issuer.example", store: world.store, time: world.time)
    }

    /// An ID token for `app` under a key of the usual ones, long expired.
    private func token(
        _ key: Int, kid: Int64, type: TokenType = .jwt, issuer: String = "https://issuer.example",
        audience: [String] = ["app"], tokenID: String? = nil
    ) throws -> String {
        try TestKey.signing(key, id: KeyID(kid)).token(
            TokenClaims(
                type: type, issuer: issuer, audience: audience, subject: "1", issuedAt: Sample.now - .seconds(9_000),
                expiresAt: Sample.now - .seconds(1), tokenID: tokenID, others: [("sid", .string("sid-1"))]))
    }

    @Test("is an ID token of ours, expired or not, and nothing else") func kinds() async throws {
        #expect(try await hint(token(0, kid: 1))?.session == "sid-1")
        #expect(try await hint.user(token(0, kid: 1), of: Sample.clientID("app")) == 1)
        #expect(try await hint.user(token(0, kid: 1), of: Sample.clientID("web")) == nil)
        for other in [
            try token(0, kid: 1, type: .atJWT), try token(0, kid: 1, type: .logoutJWT),
            try token(0, kid: 1, issuer: "https://other.example"), try token(0, kid: 1, audience: ["app", "web"]),
            try token(0, kid: 1, audience: []), try token(0, kid: 1, tokenID: "jti"), try token(0, kid: 3),
            try token(0, kid: 9), "", ".", "..", "a.b.c", "eyJraWQiOiIxIn0.e30.", "eyJraWQiOjF9.e30.",
        ] {
            #expect(try await hint(other) == nil, "\(other)")
        }
    }

    private func letKeyLeave() async throws {
        world.time.advance(by: .seconds(2_592_000))
        try await process.rotationLoop.refresh()
        let leaves = try #require(world.lifecycle(of: KeyID(1))?.withdrawnAt)
        world.time.advance(by: leaves - world.time.now)
        try await process.rotationLoop.refresh()
    }

    @Test("may be under a key that has left the JWK Set in its time, until that is forgotten") func retired()
        async throws
    {
        try await letKeyLeave()
        #expect(world.lifecycle(of: KeyID(1)) == nil && process.ring.current?.set.keyIDs.contains(KeyID(1)) == false)
        #expect(world.store.count("retired_public_keys") == 1)
        #expect(try await hint(token(0, kid: 1))?.user == 1)
        #expect(try await hint(token(1, kid: 1)) == nil, "another key under its kid")
        world.time.advance(by: .seconds(8 * 86_400))
        #expect(try await hint(token(0, kid: 1)) == nil)
    }

    @Test("is nothing under a key that is revoked after it left") func revokedAfterwards() async throws {
        try await letKeyLeave()
        #expect(try await hint(token(0, kid: 1)) != nil)
        let outcomes = [
            try await process.rotate.revokeRetired(KeyID(1)), try await process.rotate.revokeRetired(KeyID(1)),
        ]
        #expect(outcomes == [true, false])
        #expect(try await hint(token(0, kid: 1)) == nil)
        let row = try #require(world.store.auditLog.last)
        #expect(row.action == "key.revoke" && row.kid == 1)
    }

    @Test("is nothing under a key that left while it was being revoked") func revokedMeanwhile() async throws {
        try await letKeyLeave()
        _ = try await process.rotate.step(.revocation(KeyID(1)))
        #expect(try await hint(token(0, kid: 1)) == nil)
    }

    @Test("is nothing under a key that was revoked, signing or retired", arguments: [false, true])
    func revoked(_ isRetired: Bool) async throws {
        if isRetired {
            world.time.advance(by: .seconds(2_592_000))
            try await process.rotationLoop.refresh()
        }
        _ = try await process.rotate.stepMakingKeys(.revocation(KeyID(1)))
        world.time.advance(by: .seconds(2_592_000))
        try await process.rotationLoop.refresh()
        #expect(world.lifecycle(of: KeyID(1)) == nil)
        #expect(try await hint(token(0, kid: 1)) == nil)
        #expect(try await world.store.read { try $0.retiredKey(KeyID(1), at: Sample.now) } == nil)
    }
}
