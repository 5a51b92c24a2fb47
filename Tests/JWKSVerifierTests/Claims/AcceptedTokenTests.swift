import Foundation
import JWKSVerifier
import Testing

@Suite("Tokens that are accepted") struct AcceptedTokenTests {
    private static let issuer = TestIssuer.es256()
    private let clock = ManualClock()
    private var start: Int64 { Int64(clock.now.timeIntervalSince1970) }

    private func token(_ claims: String, typ: String = #","typ":"at+jwt""#) -> String {
        Self.issuer.signed(header: #"{"alg":"ES256","kid":"e1"\#(typ)}"#, claims: claims)
    }

    @Test("of every algorithm, with all that they say", arguments: TestIssuer.all)
    func every(_ issuer: TestIssuer) async throws {
        let verifier = try FakeKeySet().verifier(clock)
        let claims = try await verifier.verify(issuer.token(at: clock.now))
        #expect(claims.issuer == TestIssuer.url && claims.audience == ["api"] && claims.subject == "7")
        #expect(claims.issuedAt == clock.now && claims.expiresAt == clock.now.addingTimeInterval(600))
        #expect(claims.notBefore == nil && claims.tokenID == "01J" && claims.clientID == "web")
        #expect(claims.scopes == ["openid", "email"] && claims.type == .accessToken && claims.keyID == issuer.kid)
    }

    @Test("exp a second ahead, nbf and iat as far ahead as the leeway, several audiences, no sub") func edges()
        async throws
    {
        let verifier = try FakeKeySet([Self.issuer]).verifier(clock, audiences: ["other", "api"])
        let claims = try await verifier.verify(
            token(
                #"{"iss":"\#(TestIssuer.url)","aud":["x","api"],"exp":\#(start + 1),"nbf":\#(start + 60),"iat":\#(start + 60)}"#
            ))
        #expect(claims.subject == nil && claims.audience == ["x", "api"] && claims.scopes == [])
    }

    @Test(
        "typ in any case and as a media type",
        arguments: ["JWT", "jwt", "AT+JWT", "application/at+jwt", "application/jwt"])
    func types(_ type: String) async throws {
        let verifier = try FakeKeySet([Self.issuer]).verifier(clock)
        let claims = #"{"iss":"\#(TestIssuer.url)","aud":"api","exp":\#(start + 9)}"#
        #expect(try await verifier.reason(token(claims, typ: #","typ":"\#(type)""#)) == nil)
    }

    @Test("without typ, and only of one type, where that is asked for") func options() async throws {
        var options = VerifierOptions()
        options.types = [.absent]
        let verifier = try FakeKeySet([Self.issuer]).verifier(clock, options: options)
        let claims = #"{"iss":"\#(TestIssuer.url)","aud":"api","exp":\#(start + 9)}"#
        #expect(try await verifier.reason(token(claims, typ: "")) == nil)
        #expect(try await verifier.reason(token(claims)) == .typeNotAccepted)
    }

    struct Mine: Decodable, Equatable, Sendable {
        let tenant: String
        let roles: [String]
        let level: Double?
    }

    @Test("with claims of the service's own") func typed() async throws {
        let verifier = try FakeKeySet([Self.issuer]).verifier(clock)
        let good = Self.issuer.token(at: clock.now, more: #","tenant":"t1","roles":["a","b"],"level":1.5"#)
        let token = try await verifier.verify(good, as: Mine.self)
        #expect(token.claims == Mine(tenant: "t1", roles: ["a", "b"], level: 1.5) && token.registered.subject == "7")
        #expect(try await verifier.verify(good, as: NoClaims.self).registered.subject == "7")
        await #expect(throws: VerificationError.invalidToken(.otherClaims)) {
            try await verifier.verify(Self.issuer.token(at: clock.now), as: Mine.self)
        }
    }

    @Test("claims of others and names with escapes") func others() async throws {
        let verifier = try FakeKeySet([Self.issuer]).verifier(clock)
        let deep = String(repeating: "[", count: 31) + String(repeating: "]", count: 31)
        let claims =
            #" { "\u0069ss" : "https:\/\/issuer.example", "a":{"b":[1.5,null,true]},"aud":"api","exp":\#(start + 9),"é":"é","own":\#(deep) } "#
        #expect(try await verifier.reason(token(claims)) == nil)
    }

    @Test("iss that looks alike is another") func alike() async throws {
        let set = FakeKeySet([Self.issuer])
        let verifier = try JWTVerifier(
            issuer: "https://é.example", audiences: ["api"],
            keySet: URL(string: "https://x.example/jwks.json"), clock: clock.clock,
            transport: set.transport)
        func claims(_ iss: String) -> String { #"{"iss":"\#(iss)","aud":"api","exp":\#(start + 9)}"# }
        #expect(try await verifier.reason(token(claims("https://é.example"))) == nil)
        #expect(try await verifier.reason(token(claims("https://e\u{301}.example"))) == .otherIssuer)
    }
}
