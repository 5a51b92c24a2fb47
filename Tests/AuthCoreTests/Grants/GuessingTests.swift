import AuthCore
import AuthTestSupport
import Testing

/// There is one writer, and everybody waits for it.
@Suite("Who guesses") struct GuessingTests {
    private static let wrong = ClientCredentials(id: "web", secret: Secret("wrong"))
    private static let nobody = ClientCredentials(id: "nobody", secret: Secret("wrong"))

    @Test("secrets or what fetches tokens never has the writer") func tokens() async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code", for: "app")
        let token = try #require(try await world.redeem("code", of: "app").refreshToken)
        let forged = String(token.dropLast()) + (token.hasSuffix("A") ? "B" : "A")
        let ofWeb = try await world.code("code of web")
        let writes = world.store.writes
        for credentials in [Self.wrong, Self.nobody] {
            for (way, value) in [("code", "code of web"), ("code", "x"), ("refresh_token", token)] {
                await #expect(throws: AuthError.invalidClient, "\(way)") {
                    _ =
                        way == "code"
                        ? try await world.redeem(value, as: credentials)
                        : try await world.refresh(value, as: credentials)
                }
            }
            await #expect(throws: AuthError.invalidClient) {
                _ = try await world.issue([("grant_type", "client_credentials")], as: credentials)
            }
        }
        // A public client's id is known to everybody.
        #expect(await tokenRefusal { _ = try await world.redeem("guessed", of: "app") } == .invalidGrant)
        for guess in ["guessed", "rt_", forged] {
            #expect(await tokenRefusal { _ = try await world.refresh(guess, of: "app") } == .invalidGrant)
        }
        let own = await tokenRefusal {
            _ = try await world.issue([("grant_type", "client_credentials")], as: OAuthWorld.credentials("app"))
        }
        #expect(own == .unauthorizedClient)
        #expect(world.store.writes == writes)
        // What is right goes on as if nobody had been there.
        #expect(try await world.isAlive(ofWeb))
        _ = try await world.redeem("code of web")
        _ = try await world.refresh(token, of: "app")
        #expect(world.store.writes == writes + 2)
    }

    @Test("secrets, or brings tokens that are not its own, revokes nothing and never has the writer") func revoking()
        async throws
    {
        let world = try await OAuthWorld()
        _ = try await world.code("code")
        let tokens = try await world.redeem("code")
        let own = [tokens.accessToken, try #require(tokens.refreshToken)]
        let revoke = RevokeToken(
            store: world.store, tokens: world.tokens, refreshKeys: world.refreshKeys, time: world.time)
        let writes = world.store.writes
        for token in own + ["x", "rt_x"] {
            for credentials in [Self.wrong, Self.nobody] {
                await #expect(throws: AuthError.invalidClient) {
                    try await revoke(token, as: credentials, from: OAuthWorld.address)
                }
            }
            try await revoke(token, as: OAuthWorld.credentials("service"), from: OAuthWorld.address)
        }
        for token in ["x", "rt_x"] { try await world.revoke(token, as: "web") }
        #expect(world.store.writes == writes)
        for token in own { try await world.revoke(token, as: "web") }
        #expect(world.store.writes == writes + 2)
    }
}
