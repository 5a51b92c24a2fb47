import AuthCore
import AuthTestSupport
import Testing

@Suite("A client's own tokens") struct ClientCredentialsTests {
    private let ask = [("grant_type", "client_credentials")]

    @Test("say that it is the client") func claims() async throws {
        let world = try await OAuthWorld()
        let tokens = try await world.issue(
            ask + [("scope", "read"), ("resource", OAuthWorld.api)], as: OAuthWorld.credentials("service"))
        let access = try ParsedToken(tokens.accessToken)
        let (now, tokenID) = (Sample.now.seconds, try access.text("jti"))
        #expect(
            access.payload
                == #"{"iss":"https://issuer.example","sub":"service","aud":"\#(OAuthWorld.api)","iat":\#(now),"#
                + #""exp":\#(now + 3_600),"jti":"\#(tokenID)","client_id":"service","scope":"read"}"#)
        #expect(tokens.refreshToken == nil && tokens.identityToken == nil)
        let row = try #require(world.store.auditLog.last)
        #expect(row.action == "token.issue" && row.client == "service" && row.userID == nil && row.jti == tokenID)
    }

    @Test("are for all that the client may have where it asks for nothing in particular") func audience() async throws {
        let world = try await OAuthWorld()
        let tokens = try await world.issue(ask, as: OAuthWorld.credentials("service"))
        let access = try ParsedToken(tokens.accessToken)
        #expect(try access.claims()["aud"] as? [String] == [OAuthWorld.api, OAuthWorld.old])
        #expect(try access.text("scope") == "read write")
    }

    @Test(
        "are refused",
        arguments: [
            ("app", "read", TokenRefusal.unauthorizedClient), ("web", "read", .unauthorizedClient),
            ("service", "openid", .invalidScope), ("service", "read nothing\"", .invalidScope),
            ("service", "admin", .invalidScope),
        ])
    func refusals(_ client: String, _ scope: String, _ refusal: TokenRefusal) async throws {
        let world = try await OAuthWorld()
        let found = await tokenRefusal {
            _ = try await world.issue(
                ask + [("scope", scope), ("resource", OAuthWorld.api)], as: OAuthWorld.credentials(client))
        }
        #expect(found == refusal)
        #expect(world.store.auditLog.isEmpty)
    }

    @Test("and no other than three ways there are") func ways() async throws {
        let world = try await OAuthWorld()
        for type in ["password", "implicit", "authorization_code ", "REFRESH_TOKEN"] {
            let found = await tokenRefusal {
                _ = try await world.issue([("grant_type", type)], as: OAuthWorld.credentials("service"))
            }
            #expect(found == .unsupportedGrantType)
        }
        for parameters in [[], [("grant_type", "refresh_token")], [("grant_type", "authorization_code")], ask + ask] {
            let error = await #expect(throws: AuthError.self) {
                try await world.issue(parameters, as: OAuthWorld.credentials("service"))
            }
            guard case .invalidRequest? = error else {
                Issue.record("\(parameters): \(String(describing: error))")
                continue
            }
        }
    }
}
