import AuthCore
import AuthTestSupport
import Testing

@Suite("Access tokens that are shown to us") struct ShownTokenTests {
    private let world: OAuthWorld
    private let tokens: IssuedTokens
    private let grant: Grant

    init() async throws {
        world = try await OAuthWorld()
        grant = try await world.code(
            "code", scopes: ["openid", "profile", "email", "read"], resources: [OAuthWorld.api])
        tokens = try await world.redeem("code")
    }

    private func text(_ members: [(name: String, value: JSONValue)]?) -> String? {
        members.map { String(decoding: JSONText.object($0), as: UTF8.self) }
    }

    private func introspected(_ token: String, as client: String = "web") async throws -> String? {
        text(try await world.introspect(token, as: OAuthWorld.credentials(client)))
    }

    @Test("tell whose they are, as far as the scopes go") func userInfo() async throws {
        let whole = try await world.userInfo(tokens.accessToken)
        #expect(text(whole) == #"{"sub":"1","preferred_username":"alice","email":"alice@example.com"}"#)
        let narrow = try await world.refresh(tokens.refreshToken, [("scope", "openid")])
        #expect(text(try await world.userInfo(narrow.accessToken)) == #"{"sub":"1"}"#)
        let without = try await world.refresh(tokens.refreshToken, [("scope", "email")])
        let login = try await world.signing.issue(.live).text
        let own = try await world.issue([("grant_type", "client_credentials")], as: OAuthWorld.credentials("service"))
        for token in [without.accessToken, login, own.accessToken] {
            await #expect(throws: AuthError.bearerRefused(.insufficientScope(.openID))) {
                try await world.userInfo(token)
            }
        }
    }

    @Test("are told to their client, and to who has the resource that they are for") func introspection() async throws {
        let access = try ParsedToken(tokens.accessToken)
        let now = Sample.now.seconds
        let expected =
            #"{"scope":"openid profile email read","client_id":"web","username":"alice","token_type":"Bearer","#
            + #""exp":\#(now + 600),"iat":\#(now),"sub":"1","aud":"\#(OAuthWorld.api)","iss":"https://issuer.example","#
            + #""jti":"\#(try access.text("jti"))","sid":"sid-1"}"#
        #expect(try await introspected(tokens.accessToken) == expected)
        #expect(try await introspected(tokens.accessToken, as: "service") == expected)
        try world.store.execute("DELETE FROM client_resources WHERE client_id = 'service'")
        #expect(try await introspected(tokens.accessToken, as: "service") == nil)
        for client in ["app", "nobody"] {
            await #expect(throws: AuthError.invalidClient) { try await introspected(tokens.accessToken, as: client) }
        }
        let refresh = try #require(tokens.refreshToken)
        #expect(
            try await introspected(refresh)
                == #"{"scope":"openid profile email read","client_id":"web","sub":"1","exp":\#(now + 90 * 86_400)}"#)
        #expect(try await introspected(refresh, as: "service") == nil)
    }

    @Test("of the kind that is none open nothing: ID tokens, expired ones, another issuer's, noise") func others()
        async throws
    {
        let identity = try #require(tokens.identityToken)
        let expired = try await world.signing.issue(.expiredUnderPublishedKey).text
        let foreign = try TestKey.signing(id: KeyID(1)).token(
            TokenClaims(
                type: .atJWT, issuer: "https://another.example", audience: [OAuthWorld.api], subject: "1",
                issuedAt: Sample.now, expiresAt: Sample.now + .seconds(60), tokenID: "t",
                others: [("client_id", .string("web")), ("scope", .string("openid")), ("gid", .string("\(grant.id)"))]))
        for token in [identity, expired, foreign, "x", "", try #require(tokens.refreshToken)] {
            await #expect(throws: AuthError.bearerRefused(.invalid)) { try await world.userInfo(token) }
        }
        for token in [identity, expired, foreign, "x", ""] {
            #expect(try await introspected(token) == nil)
            try await world.revoke(token, as: "web")
        }
        #expect(try await world.isAlive(grant))
    }

    @Test(
        "are over with what they hang on, at once",
        arguments: ["time", "grant", "session", "user", "deleted", "client", "client deleted", "access", "refresh"])
    func ends(_ end: String) async throws {
        try await world.end(end, of: grant)
        switch end {
        case "time": world.time.advance(by: .seconds(600))
        case "access": try await world.revoke(tokens.accessToken, as: "web")
        case "refresh": try await world.revoke(try #require(tokens.refreshToken), as: "web")
        default: break
        }
        await #expect(throws: AuthError.bearerRefused(.invalid)) { try await world.userInfo(tokens.accessToken) }
        #expect(try await introspected(tokens.accessToken, as: "service") == nil)
        // One access token that was given back is one alone.
        #expect(try await world.isAlive(grant) == ["time", "user", "client", "client deleted", "access"].contains(end))
    }

    @Test("are given back by their own client alone, and that is written down") func revocation() async throws {
        let refresh = try #require(tokens.refreshToken)
        for token in [tokens.accessToken, refresh] { try await world.revoke(token, as: "app") }
        _ = try await world.userInfo(tokens.accessToken)
        #expect(!world.store.auditLog.contains { $0.action == "token.revoke" })
        await #expect(throws: AuthError.invalidClient) { try await world.revoke(refresh, as: "nobody") }
        for _ in 0..<2 { try await world.revoke(refresh, as: "web") }
        let rows = world.store.auditLog.filter { $0.action == "token.revoke" }
        #expect(rows.count == 1 && rows.first?.client == "web" && rows.first?.userID == 1)
    }

    @Test("of a client are over with the client") func own() async throws {
        let own = try await world.issue(
            [("grant_type", "client_credentials"), ("resource", OAuthWorld.api)], as: OAuthWorld.credentials("service"))
        #expect(try await introspected(own.accessToken)?.contains(#""sub":"service""#) == true)
        let now = world.time.now
        try await world.store.write { transaction in _ = try transaction.disable(Sample.clientID("service"), at: now) }
        #expect(try await introspected(own.accessToken) == nil)
    }
}
