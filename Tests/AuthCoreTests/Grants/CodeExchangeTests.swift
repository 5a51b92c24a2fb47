import AuthCore
import AuthTestSupport
import Crypto
import Testing

@Suite("Tokens for a code") struct CodeExchangeTests {
    @Test("are an access token by RFC 9068 and an ID token by OpenID Connect Core") func claims() async throws {
        let world = try await OAuthWorld()
        let grant = try await world.code("code")
        let tokens = try await world.redeem("code")
        let now = Sample.now.seconds
        let access = try ParsedToken(tokens.accessToken)
        let tokenID = try access.text("jti")
        #expect(access.header == #"{"alg":"RS256","kid":"1","typ":"at+jwt"}"#)
        #expect(
            access.payload
                == #"{"iss":"https://issuer.example","sub":"1","aud":"https://api.example","iat":\#(now),"#
                + #""exp":\#(now + 600),"jti":"\#(tokenID)","client_id":"web","scope":"openid profile email","#
                + #""auth_time":\#(now - 100),"sid":"sid-1","gid":"\#(grant.id)"}"#)
        #expect(access.isSigned(by: try TestKey.material(0)))
        let identity = try ParsedToken(try #require(tokens.identityToken))
        let half = Array(SHA256.hash(data: Array(tokens.accessToken.utf8))).prefix(16)
        #expect(identity.header == #"{"alg":"RS256","kid":"1","typ":"JWT"}"#)
        #expect(
            identity.payload
                == #"{"iss":"https://issuer.example","sub":"1","aud":"web","iat":\#(now),"exp":\#(now + 3_600),"#
                + #""auth_time":\#(now - 100),"amr":["pwd"],"at_hash":"\#(Base64URL.text(half))","nonce":"n-1","#
                + #""sid":"sid-1","preferred_username":"alice","email":"alice@example.com"}"#)
        #expect(identity.isSigned(by: try TestKey.material(0)))
        #expect(tokens.expiresIn == 600)
        #expect(tokens.refreshToken?.hasPrefix("rt_") == true)
        // The key stays as long as the token that lives longer, and is reserved once.
        #expect(world.store.signingExtensions == 1)
        let until = try #require(world.signing.keys.lifecycle(of: KeyID(1))?.latestTokenExpiry)
        #expect(until >= Sample.now + .seconds(3_600))
        let row = try #require(world.store.auditLog.last)
        #expect(row.action == "token.issue" && row.jti == tokenID && row.client == "web" && row.username == "alice")
    }

    struct Aim: Sendable {
        let granted: [String]
        var asked: [String] = []
        let audience: [String]
        let type: String
        let lifetime: Int64
        var scope = "openid read"
    }

    @Test(
        "are for the resources that were granted, as long and of the type that they want",
        arguments: [
            Aim(granted: [], audience: ["https://api.example"], type: "at+jwt", lifetime: 600, scope: "openid"),
            Aim(granted: [OAuthWorld.api], audience: [OAuthWorld.api], type: "at+jwt", lifetime: 600),
            Aim(granted: [OAuthWorld.old], audience: [OAuthWorld.old], type: "JWT", lifetime: 120),
            Aim(
                granted: [OAuthWorld.api, OAuthWorld.old], audience: [OAuthWorld.api, OAuthWorld.old], type: "at+jwt",
                lifetime: 120),
            Aim(
                granted: [OAuthWorld.api, OAuthWorld.old], asked: [OAuthWorld.api], audience: [OAuthWorld.api],
                type: "at+jwt", lifetime: 600),
            Aim(
                granted: [OAuthWorld.old], asked: [OAuthWorld.old + "/"], audience: [OAuthWorld.old], type: "JWT",
                lifetime: 120),
        ])
    func resources(_ aim: Aim) async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code", scopes: ["openid", "read"], resources: aim.granted)
        let tokens = try await world.issue(
            [
                ("grant_type", "authorization_code"), ("code", "code"),
                ("redirect_uri", OAuthWorld.redirectURI(of: "web")), ("code_verifier", OAuthWorld.verifier),
            ] + aim.asked.map { ("resource", $0) }, as: OAuthWorld.credentials("web"))
        let access = try ParsedToken(tokens.accessToken)
        let audience = try access.claims()["aud"]
        #expect((audience as? [String] ?? (audience as? String).map { [$0] }) == aim.audience)
        #expect((audience is String) == (aim.audience.count == 1))
        #expect(access.header.contains(#""typ":"\#(aim.type)""#))
        #expect(tokens.expiresIn == aim.lifetime)
        #expect(try access.number("exp") - access.number("iat") == aim.lifetime)
        #expect(Scope.text(tokens.scopes) == aim.scope)
        #expect(try access.text("scope") == aim.scope)
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var others: [String: String?] = [:]
        var client = "web"
        var refusal = TokenRefusal.invalidGrant
    }

    @Test(
        "are not given for what is wrong, and the code stays good for who has it right",
        arguments: [
            Wrong(testDescription: "another code", others: ["code": "code2"]),
            Wrong(testDescription: "another client", client: "app"),
            Wrong(testDescription: "another URI", others: ["redirect_uri": "https://web.example/callback/"]),
            Wrong(
                testDescription: "another verifier", others: ["code_verifier": String(OAuthWorld.verifier.reversed())]),
            Wrong(testDescription: "a verifier that is none", others: ["code_verifier": "short"]),
            Wrong(testDescription: "no verifier", others: ["code_verifier": nil]),
            Wrong(testDescription: "no verifier, no URI", others: ["code_verifier": nil, "redirect_uri": nil]),
            Wrong(
                testDescription: "a resource that was not granted", others: ["resource": OAuthWorld.old],
                refusal: .invalidTarget),
            Wrong(
                testDescription: "a resource that there is not", others: ["resource": "https://x.example"],
                refusal: .invalidTarget),
            Wrong(testDescription: "a client without codes", client: "service", refusal: .unauthorizedClient),
        ])
    func refusals(_ wrong: Wrong) async throws {
        let world = try await OAuthWorld()
        let grant = try await world.code("code", resources: [OAuthWorld.api])
        let refusal = await tokenRefusal {
            _ = try await world.redeem(
                "code", replacing: wrong.others, as: OAuthWorld.credentials(wrong.client))
        }
        #expect(refusal == wrong.refusal)
        #expect(world.store.auditLog.isEmpty)
        #expect(world.store.signingExtensions == 0)
        _ = try await world.redeem("code")
        // Nor afterwards, unless it is the code with all that it is bound to.
        guard wrong.refusal != .invalidTarget else { return }
        _ = await tokenRefusal {
            _ = try await world.redeem("code", replacing: wrong.others, as: OAuthWorld.credentials(wrong.client))
        }
        #expect(try await world.isAlive(grant))
    }

    @Test("are not given without proof, and nothing else is looked at before")
    func proof() async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code")
        let wrong = [
            ClientCredentials(id: "web", secret: Secret("wrong")), ClientCredentials(id: "web", secret: nil),
            ClientCredentials(id: "nobody", secret: Secret("secret of web")), ClientCredentials(id: "", secret: nil),
            ClientCredentials(id: "app", secret: Secret("secret of web")),
        ]
        for credentials in wrong {
            for code in ["code", "another"] {
                await #expect(throws: AuthError.invalidClient) { try await world.redeem(code, as: credentials) }
            }
        }
        _ = try await world.redeem("code")
    }

    @Test("without PKCE are given where it was not asked for, and a verifier is then too much")
    func withoutChallenge() async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code", hasChallenge: false)
        #expect(await tokenRefusal { _ = try await world.redeem("code") } == .invalidGrant)
        _ = try await world.redeem("code", replacing: ["code_verifier": nil])
    }

    @Test("of a client that has used PKCE are given with it alone from then on") func challengeSeen() async throws {
        let world = try await OAuthWorld()
        func needsPKCE() async throws -> Bool? {
            try await world.store.read { transaction in
                try ClientID("web").flatMap { try transaction.client($0) }?.needsPKCE
            }
        }
        _ = try await world.code("without", hasChallenge: false)
        _ = try await world.redeem("without", replacing: ["code_verifier": nil])
        #expect(try await needsPKCE() == false)
        _ = try await world.code("with")
        #expect(await tokenRefusal { _ = try await world.redeem("with", replacing: ["code_verifier": nil]) } != nil)
        #expect(try await needsPKCE() == false, "a challenge that anybody could have made up proves nothing")
        _ = try await world.redeem("with")
        #expect(try await needsPKCE() == true)
    }

    @Test("are not given when it is too late", arguments: ["time", "grant", "session", "user", "client"])
    func tooLate(_ end: String) async throws {
        let world = try await OAuthWorld()
        let grant = try await world.code("code")
        try await world.end(end, of: grant)
        if end == "time" { world.time.advance(by: .seconds(60)) }
        if end == "client" {
            await #expect(throws: AuthError.invalidClient) { try await world.redeem("code") }
        } else {
            #expect(await tokenRefusal { _ = try await world.redeem("code") } == .invalidGrant)
        }
    }

    @Test("are given once to 50 at once; the second use ends the grant, and its tokens with it")
    func reuse() async throws {
        let world = try await OAuthWorld()
        let grant = try await world.code("code")
        let outcomes = await withTaskGroup(of: IssuedTokens?.self) { group in
            for _ in 0..<50 { group.addTask { try? await world.redeem("code") } }
            return await group.reduce(into: []) { $0.append($1) }
        }
        let given = outcomes.compactMap { $0 }
        #expect(given.count == 1)
        #expect(!(try await world.isAlive(grant)))
        let reused = world.store.auditLog.filter { $0.reason == "code_reuse" }
        #expect(reused.count == 1 && reused.first?.outcome == "failure")
        #expect(world.log.count("what fetches tokens once was used again: its grant was ended") == 1)
        let token = try #require(given.first)
        await #expect(throws: AuthError.bearerRefused(.invalid)) { try await world.userInfo(token.accessToken) }
        #expect(await tokenRefusal { _ = try await world.refresh(token.refreshToken) } == .invalidGrant)
    }

    @Test("have no ID token without openid, and no refresh token where nobody wants one")
    func without() async throws {
        let world = try await OAuthWorld()
        try world.store.execute("UPDATE clients SET grants = 'authorization_code'")
        _ = try await world.code("code", scopes: ["read"], resources: [OAuthWorld.api])
        let tokens = try await world.redeem("code")
        #expect(tokens.identityToken == nil)
        #expect(tokens.refreshToken == nil)
        #expect(tokens.expiresIn == 3_600)
        _ = try await world.code("offline", scopes: ["openid", "offline_access"], isOffline: true)
        let offline = try await world.redeem("offline")
        #expect(offline.refreshToken != nil)
        _ = try await world.refresh(offline.refreshToken)
    }

    @Test("are signed under the successor when the key was revoked meanwhile, and the code is used once")
    func keyChanged() async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code")
        _ = try await world.signing.keys.process().rotate.step(.revocation(KeyID(1)))
        let tokens = try await world.redeem("code")
        #expect(try ParsedToken(tokens.accessToken).header.contains(#""kid":"3""#))
        #expect(world.store.auditLog.filter { $0.action == "token.issue" }.count == 1)
    }

    @Test("are given after an outage, for the same code") func outage() async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code")
        world.store.fail(with: AuthError.unavailable("gone"))
        await #expect(throws: AuthError.unavailable("gone")) { try await world.redeem("code") }
        world.store.fail(with: nil)
        _ = try await world.redeem("code")
    }
}
