import AuthCore
import AuthTestSupport
import Foundation
import Testing

@Suite("Issued tokens") struct IssuedTokenTests {
    @Test("is a JWT with exactly this header and these claims") func shape() async throws {
        let world = try await SignerWorld()
        let token = try await world.issue(.live)
        let parsed = try ParsedToken(token.text)
        #expect(parsed.header == #"{"alg":"RS256","kid":"1","typ":"JWT"}"#)
        let now = Sample.now.seconds
        let tokenID = try parsed.text("jti")
        #expect(
            parsed.payload
                == #"{"iss":"https://issuer.example","sub":"1","aud":"https://api.example","iat":\#(now),"nbf":\#(now),"#
                + #""exp":\#(now + 3_600),"jti":"\#(tokenID)","preferred_username":"alice"}"#)
        #expect(token.expiresIn == 3_600)
        #expect(!token.text.contains("="))
    }

    @Test("verifies with the public key of its kid and with no other") func signature() async throws {
        let world = try await SignerWorld()
        let parsed = try await world.login()
        #expect(parsed.isSigned(by: try TestKey.material(0)))
        #expect(parsed.isSigned(by: try TestKey.material(0).withoutPrivateHalf))
        #expect(!parsed.isSigned(by: try TestKey.material(1)))
        let token = try await world.issue(.live).text
        let last = token.index(token.startIndex, offsetBy: 60)
        let forged = token.replacingCharacters(in: last...last, with: token[last] == "A" ? "B" : "A")
        #expect(!(try ParsedToken(forged).isSigned(by: TestKey.material(0))))
    }

    @Test("has whole seconds, none in the future, and lives exactly its lifetime") func wholeSeconds() async throws {
        let world = try await SignerWorld(lifetime: .seconds(2))
        world.time.advance(by: .milliseconds(999))
        let token = try await world.issue(.live)
        let parsed = try ParsedToken(token.text)
        #expect(try parsed.number("iat") == Sample.now.seconds)
        #expect(try parsed.number("nbf") == Sample.now.seconds)
        #expect(try parsed.number("exp") == Sample.now.seconds + 2)
        #expect(token.expiresIn == 2)
    }

    @Test("has an identifier of its own") func identifiers() async throws {
        let world = try await SignerWorld()
        var identifiers: Set<String> = []
        for _ in 0..<100 { identifiers.insert(try await world.login().text("jti")) }
        #expect(identifiers.count == 100)
    }

    @Test("carries any name as JSON", arguments: [#"a"b\c"#, "jos\u{E9}", "\u{1F600}", "</script>", "a\u{2028}b"])
    func names(_ name: String) throws {
        let claims = TokenClaims(
            type: .jwt, issuer: "i", audience: ["a"], subject: "9223372036854775807", issuedAt: Timestamp(seconds: 1),
            expiresAt: Timestamp(seconds: 2), tokenID: "t", others: [("preferred_username", .string(name))])
        let parsed = try ParsedToken(try TestKey.signing(id: KeyID(1)).token(claims))
        #expect(try Array(parsed.text("preferred_username").utf8) == Array(name.utf8))
        #expect(try parsed.text("sub") == "9223372036854775807")
    }

    @Test("of the expired kind has been over for an hour, under a key of its own that is in no JWK Set")
    func expired() async throws {
        let world = try await SignerWorld()
        let token = try await world.issue(.expired)
        let parsed = try ParsedToken(token.text)
        #expect(parsed.header == #"{"alg":"RS256","kid":"2","typ":"JWT"}"#)
        #expect(parsed.isSigned(by: try TestKey.material(1)))
        #expect(try parsed.number("exp") == Sample.now.seconds - 3_600)
        #expect(try parsed.number("iat") == Sample.now.seconds - 7_200)
        #expect(token.expiresIn == 0)
        #expect(world.ring.current?.set.keyIDs == [KeyID(1), KeyID(3)])
        // It is a login like any other, but reserves nothing.
        #expect(world.store.authLog.count == 1)
        #expect(world.store.signingExtensions == 0)
    }
}
