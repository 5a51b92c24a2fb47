import AuthCore
import AuthTestSupport
import Testing

@Suite("VerifiedTokens") struct VerifiedTokensTests {
    @Test("what was verified makes no other text good, and nothing once its key is shown no more") func others() throws
    {
        let key = try TestKey.signing(id: KeyID(1))
        let token = try key.token(
            TokenClaims(
                type: .atJWT, issuer: "i", audience: ["a"], subject: "7", issuedAt: Timestamp(seconds: 1),
                expiresAt: Timestamp(seconds: 2), tokenID: "t", others: []))
        let verifier = TokenVerifier([(KeyID(1), try TestKey.material().publicKey)])
        let said = try #require(verifier(token))
        #expect(verifier(token) == said)
        for other in [token + "A", String(token.dropLast()), "A" + token, token + "."] {
            #expect(verifier(other) == nil)
        }
        #expect(TokenVerifier([(KeyID(2), try TestKey.material(1).publicKey)])(token) == nil)
    }
}
