import AuthCore
import AuthTestSupport
import Testing

@Suite("Refreshing") struct RefreshTests {
    @Test("gives a public client another refresh token, a confidential one the same", arguments: ["app", "web"])
    func rotation(_ client: String) async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code", for: client)
        let first = try await world.redeem("code", of: client)
        world.time.advance(by: .seconds(300))
        let second = try await world.refresh(first.refreshToken, of: client)
        #expect((second.refreshToken == first.refreshToken) == (client == "web"))
        #expect(second.accessToken != first.accessToken)
        #expect(second.expiresIn == 600)
        let identity = try ParsedToken(try #require(second.identityToken))
        #expect(try identity.number("iat") == Sample.now.seconds + 300)
        #expect(try identity.number("auth_time") == Sample.now.seconds - 100)
        #expect(try identity.claims()["nonce"] == nil)
        #expect(try identity.text("aud") == client)
        world.time.advance(by: .seconds(300))
        _ = try await world.refresh(second.refreshToken, of: client)
        // The audit log has one row for the code, and none for a refresh.
        #expect(world.store.auditLog.count == 1)
    }

    @Test("gives 50 at once the same successor") func parallel() async throws {
        let world = try await OAuthWorld()
        let grant = try await world.code("code", for: "app")
        let first = try await world.redeem("code", of: "app")
        let tokens = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<50 {
                group.addTask { try await world.refresh(first.refreshToken, of: "app").refreshToken }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(tokens.count == 1 && tokens.first != first.refreshToken)
        #expect(try await world.isAlive(grant))
    }

    @Test("with a token that was replaced long ago ends the grant, and says so to operators") func reuse() async throws
    {
        let world = try await OAuthWorld()
        let grant = try await world.code("code", for: "app")
        let first = try await world.redeem("code", of: "app")
        let second = try await world.refresh(first.refreshToken, of: "app")
        world.time.advance(by: .seconds(31))
        #expect(await tokenRefusal { _ = try await world.refresh(first.refreshToken, of: "app") } == .invalidGrant)
        #expect(!(try await world.isAlive(grant)))
        #expect(await tokenRefusal { _ = try await world.refresh(second.refreshToken, of: "app") } == .invalidGrant)
        let row = try #require(world.store.auditLog.last)
        #expect(row.action == "token.issue" && row.outcome == "failure" && row.reason == "refresh_reuse")
        #expect(row.client == "app" && row.userID == 1 && row.address == "192.0.2.1")
        let line = try #require(world.log.lines("what fetches tokens once was used again: its grant was ended").first)
        #expect(line.metadata["age_s"] == "31" && line.metadata["generations"] == "1")
        #expect(world.reuses.ages == [.seconds(31)])
    }

    @Test("for more than was granted, or by another, uses nothing up") func refusals() async throws {
        let world = try await OAuthWorld()
        let grant = try await world.code(
            "code", for: "app", scopes: ["openid", "read"], resources: [OAuthWorld.api])
        let first = try await world.redeem("code", of: "app")
        let token = try #require(first.refreshToken)
        let wrong: [(TokenRefusal, String, [(String, String)])] = [
            (.invalidScope, "app", [("scope", "openid write")]), (.invalidScope, "app", [("scope", "\"")]),
            (.invalidTarget, "app", [("resource", OAuthWorld.old)]), (.invalidGrant, "web", []),
            (.invalidTarget, "app", [("resource", OAuthWorld.api), ("resource", "https://x.example")]),
        ]
        for (refusal, client, others) in wrong {
            for _ in 0..<3 {
                let found = await tokenRefusal { _ = try await world.refresh(token, of: client, others) }
                #expect(found == refusal, "\(client) \(others)")
            }
        }
        let forged = token.dropLast() + (token.hasSuffix("A") ? "B" : "A")
        for text in [String(forged), "rt_", "rt_\(token)", first.accessToken, try #require(first.identityToken), "x"] {
            #expect(await tokenRefusal { _ = try await world.refresh(text, of: "app") } == .invalidGrant)
        }
        await #expect(throws: AuthError.invalidClient) {
            try await world.refresh(token, as: ClientCredentials(id: "web", secret: Secret("wrong")))
        }
        // It is the first generation still: after the grace it would have ended the grant otherwise.
        world.time.advance(by: .seconds(600))
        let second = try await world.refresh(token, of: "app")
        #expect(try await world.isAlive(grant))
        #expect(second.refreshToken != token)
    }

    @Test("narrows one access token, and not what the refresh token is for") func narrowing() async throws {
        let world = try await OAuthWorld()
        _ = try await world.code(
            "code", scopes: ["openid", "profile", "read", "write"], resources: [OAuthWorld.api, OAuthWorld.old])
        let first = try await world.redeem("code")
        let narrow = try await world.refresh(
            first.refreshToken, [("scope", "read"), ("resource", OAuthWorld.old)])
        #expect(Scope.text(narrow.scopes) == "read")
        #expect(narrow.identityToken == nil)
        #expect(try ParsedToken(narrow.accessToken).text("aud") == OAuthWorld.old)
        let whole = try await world.refresh(narrow.refreshToken)
        #expect(Scope.text(whole.scopes) == "openid profile read write")
        #expect(try ParsedToken(whole.accessToken).claims()["aud"] as? [String] == [OAuthWorld.api, OAuthWorld.old])
    }

    @Test("is over for who may not any more", arguments: ["idle", "grant", "session", "user", "deleted", "client"])
    func ends(_ end: String) async throws {
        let world = try await OAuthWorld()
        let grant = try await world.code("code")
        let first = try await world.redeem("code")
        try await world.end(end, of: grant)
        if end == "idle" { world.time.advance(by: .seconds(30 * 86_400)) }
        if end == "client" {
            await #expect(throws: AuthError.invalidClient) { try await world.refresh(first.refreshToken) }
        } else {
            #expect(await tokenRefusal { _ = try await world.refresh(first.refreshToken) } == .invalidGrant)
        }
    }

    @Test("is for clients that were registered for it") func unauthorized() async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code")
        let first = try await world.redeem("code")
        try world.store.execute("UPDATE clients SET grants = 'authorization_code'")
        #expect(await tokenRefusal { _ = try await world.refresh(first.refreshToken) } == .unauthorizedClient)
    }
}
