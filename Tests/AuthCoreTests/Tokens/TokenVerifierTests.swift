import AuthCore
import AuthTestSupport
import Testing

@Suite("TokenVerifier") struct TokenVerifierTests {
    private static let claims = TokenClaims(
        type: .atJWT, issuer: "https://issuer.example", audience: ["a", "b"], subject: "7",
        issuedAt: Timestamp(seconds: 1_800_000_000), expiresAt: Timestamp(seconds: 1_800_000_600), tokenID: "t",
        others: [
            ("client_id", .string("web")), ("scope", .string("openid email")),
            ("gid", .string("AAAAAAAAAAAAAAAAAAAAAA")),
        ])

    private static func pair(_ algorithm: KeyAlgorithm) throws -> KeyPair {
        algorithm == .rs256 ? try TestKey.pair() : try KeyPair.generate(algorithm, bits: 0)
    }

    @Test("knows what each kind of key signed", arguments: KeyAlgorithm.allCases, TokenType.allCases)
    func every(_ algorithm: KeyAlgorithm, _ type: TokenType) throws {
        let pair = try Self.pair(algorithm)
        let claims = TokenClaims(
            type: type, issuer: "i", audience: ["a"], subject: "1", issuedAt: Timestamp(seconds: 5),
            notBefore: Timestamp(seconds: 5), expiresAt: Timestamp(seconds: 9), tokenID: nil, others: [])
        let token = try SigningKey(id: KeyID(4), pair: pair).token(claims)
        let found = TokenVerifier([(KeyID(4), pair.publicKey)])(token)
        guard type != .logoutJWT else {
            #expect(found == nil, "what clients are told opens nothing here")
            return
        }
        let verified = try #require(found)
        #expect(verified.type == type && verified.issuer == "i" && verified.audience == ["a"] && verified.user == 1)
        #expect(verified.issuedAt == Timestamp(seconds: 5) && verified.expiresAt == Timestamp(seconds: 9))
        #expect(verified.tokenID == nil && verified.clientID == nil && verified.scopes.isEmpty && verified.grant == nil)
        // Under the kid of another key it is none of ours.
        #expect(TokenVerifier([(KeyID(5), pair.publicKey)])(token) == nil)
        #expect(TokenVerifier([(KeyID(4), try TestKey.material(1).publicKey)])(token) == nil)
        #expect(TokenVerifier([])(token) == nil)
    }

    @Test("reads every claim") func reads() throws {
        let key = try TestKey.signing(id: KeyID(1))
        let token = try #require(
            TokenVerifier([(KeyID(1), try TestKey.material().publicKey)])(try key.token(Self.claims)))
        #expect(token.audience == ["a", "b"] && token.clientID == "web" && token.tokenID == "t" && token.user == 7)
        #expect(token.scopes == [.openID, .email])
        #expect(token.grant?.bytes == [UInt8](repeating: 0, count: 16))
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (_ header: String, _ payload: String, _ signature: String) -> String

        init(_ name: String, _ change: @escaping @Sendable (String, String, String) -> String) {
            testDescription = name
            self.change = change
        }

        static func encoded(_ text: String) -> String { Base64URL.text(Array(text.utf8)) }
    }

    @Test(
        "takes nothing that was changed",
        arguments: [
            Change("no signature") { header, payload, _ in "\(header).\(payload)." },
            Change("two parts") { header, payload, _ in "\(header).\(payload)" },
            Change("four parts") { "\($0).\($1).\($2)." },
            Change("alg none") { "\(Change.encoded(#"{"alg":"none","kid":"1","typ":"at+jwt"}"#)).\($1).\($2)" },
            Change("alg none, no signature") { _, payload, _ in
                "\(Change.encoded(#"{"alg":"none"}"#)).\(payload)."
            },
            Change("alg HS256") { "\(Change.encoded(#"{"alg":"HS256","kid":"1","typ":"at+jwt"}"#)).\($1).\($2)" },
            Change("another typ") { "\(Change.encoded(#"{"alg":"RS256","kid":"1","typ":"JWT"}"#)).\($1).\($2)" },
            Change("another kid") { "\(Change.encoded(#"{"alg":"RS256","kid":"2","typ":"at+jwt"}"#)).\($1).\($2)" },
            Change("a key in the header") {
                "\(Change.encoded(#"{"alg":"RS256","kid":"1","typ":"at+jwt","jku":"https://x.example"}"#)).\($1).\($2)"
            },
            Change("a space in the header") {
                "\(Change.encoded(#"{"alg":"RS256","kid":"1", "typ":"at+jwt"}"#)).\($1).\($2)"
            },
            Change("another payload") {
                "\($0).\(Change.encoded(#"{"iss":"i","sub":"1","aud":"a","iat":1,"exp":2,"jti":"t"}"#)).\($2)"
            },
            Change("padding") { "\($0).\($1).\($2)=" },
            Change("a line end") { "\($0).\($1).\($2)\n" },
            Change("a space before") { " \($0).\($1).\($2)" },
            Change("a flipped bit") { header, payload, signature in
                "\(header).\(payload).\(signature.hasPrefix("A") ? "B" : "A")\(signature.dropFirst())"
            },
            Change("nothing") { _, _, _ in "" },
            Change("dots") { _, _, _ in ".." },
        ])
    func changed(_ row: Change) throws {
        let token = try TestKey.signing(id: KeyID(1)).token(Self.claims)
        let verifier = TokenVerifier([
            (KeyID(1), try TestKey.material(0).publicKey), (KeyID(2), try TestKey.material(1).publicKey),
        ])
        let parts = token.split(separator: ".").map(String.init)
        #expect(verifier(token) != nil)
        #expect(verifier(row.change(parts[0], parts[1], parts[2])) == nil)
    }
}
