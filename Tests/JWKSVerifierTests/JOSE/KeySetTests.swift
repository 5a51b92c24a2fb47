import JWKSVerifier
import Testing

@Suite("KeySet") struct KeySetTests {
    private static let rsa = TestIssuer.rs256()
    private static let ec = TestIssuer.es256()

    private static func set(_ jwks: [String]) throws -> KeySet {
        try KeySet(TestIssuer.set(jwks), allowing: Set(SignatureAlgorithm.allCases))
    }

    @Test("takes a key with or without alg and use", arguments: TestIssuer.all)
    func takes(_ issuer: TestIssuer) throws {
        for members in [
            #""kid":"k""#, #""kid":"k","alg":"\#(issuer.alg)""#, #""kid":"k","use":"sig","key_ops":["verify"]"#,
            #""kid":"k","x5c":["AAAA"],"unknown":{}"#,
        ] {
            let set = try Self.set([issuer.jwk(members)])
            #expect(set.keys["k"]?.algorithm.rawValue == issuer.alg && set.unusable.isEmpty)
        }
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: UnusableKey
        init(_ jwk: String, _ reason: UnusableKey) { (testDescription, self.reason) = (jwk, reason) }
    }

    @Test(
        "leaves a bad key out and uses the rest",
        arguments: [
            Bad("7", .notAnObject), Bad(#"{"kty":"oct","kid":"k","k":"AAAA"}"#, .privateKey),
            Bad(#"{"kty":"oct","kid":"k"}"#, .otherAlgorithm), Bad(#"{"kid":"k"}"#, .otherAlgorithm),
            Bad(rsa.jwk(#""kid":"k","use":"enc""#), .forOtherUse), Bad(rsa.jwk(#""kid":"k","use":1"#), .forOtherUse),
            Bad(rsa.jwk(#""kid":"k","key_ops":["sign"]"#), .forOtherUse),
            Bad(rsa.jwk(#""kid":"k","alg":"RS512""#), .otherAlgorithm),
            Bad(rsa.jwk(#""kid":"k","alg":"PS256""#), .otherAlgorithm),
            Bad(rsa.jwk(#""kid":"k","alg":"ES256""#), .otherAlgorithm),
            Bad(rsa.jwk(#""kid":"k","alg":"HS256""#), .otherAlgorithm),
            Bad(ec.jwk(#""kid":"k","alg":"EdDSA""#), .otherAlgorithm),
            Bad(rsa.jwk(#""kid":"k","d":"AAAA""#), .privateKey), Bad(ec.jwk(#""use":"sig""#), .noKeyID),
            Bad(ec.jwk(#""kid":"""#), .noKeyID), Bad(ec.jwk(#""kid":7"#), .noKeyID),
            Bad(#"{"kty":"EC","crv":"P-384","kid":"k","x":"AAAA","y":"AAAA"}"#, .otherAlgorithm),
            Bad(#"{"kty":"EC","crv":"P-256","kid":"k","x":"AAAA","y":"AAAA"}"#, .badNumbers),
            // Not a point of the curve.
            Bad(
                #"{"kty":"EC","crv":"P-256","kid":"k","x":"\#(TestIssuer.encoded([UInt8](repeating: 1, count: 32)))","y":"\#(TestIssuer.encoded([UInt8](repeating: 1, count: 32)))"}"#,
                .badNumbers),
            Bad(#"{"kty":"RSA","kid":"k","n":"AQAB","e":"AQAB"}"#, .badNumbers),
            Bad(
                #"{"kty":"RSA","kid":"k","n":"\#(TestIssuer.encoded([UInt8](repeating: 255, count: 1_025)))","e":"AQAB"}"#,
                .badNumbers),
            Bad(
                #"{"kty":"RSA","kid":"k","n":"\#(TestIssuer.encoded([UInt8](repeating: 255, count: 256)))","e":"AQ"}"#,
                .badNumbers),
            Bad(
                #"{"kty":"RSA","kid":"k","n":"\#(TestIssuer.encoded([UInt8](repeating: 255, count: 256)))","e":"BA"}"#,
                .badNumbers),
            Bad(#"{"kty":"RSA","kid":"k","n":"a+b=","e":"AQAB"}"#, .badNumbers),
            Bad(#"{"kty":"OKP","crv":"Ed25519","kid":"k","x":"AAAA"}"#, .badNumbers),
            Bad(#"{"kty":"OKP","crv":"X25519","kid":"k","x":"AAAA"}"#, .otherAlgorithm),
        ])
    func leavesOut(_ bad: Bad) throws {
        let set = try Self.set([bad.testDescription, TestIssuer.edDSA("good").jwk()])
        #expect(set.keys.keys.map(\.text) == ["good"])
        #expect(set.unusable.map(\.reason) == [bad.reason])
    }

    @Test("a kid that names two keys names none") func twice() throws {
        let set = try Self.set([Self.ec.jwk(#""kid":"a""#), Self.rsa.jwk(#""kid":"a""#), Self.ec.jwk(#""kid":"b""#)])
        #expect(set.keys.keys.map(\.text) == ["b"] && set.unusable.map(\.reason) == [.sharedKeyID, .sharedKeyID])
    }

    @Test("kids that look alike are not the same") func alike() throws {
        let set = try Self.set([Self.ec.jwk(#""kid":"é""#), Self.rsa.jwk(#""kid":"e\u0301""#)])
        #expect(set.keys.count == 2 && set.keys["é"]?.algorithm == .es256 && set.keys["e\u{301}"]?.algorithm == .rs256)
    }

    @Test(
        "is none",
        arguments: [
            ("", KeySet.Fault.notASet), ("{}", .notASet), (#"{"keys":{}}"#, .notASet), (#"{"keys":[]} x"#, .notASet),
            (#"{"keys":[],"keys":[]}"#, .notASet), (#"{"keys":[]}"#, .noUsableKey), (#"{"keys":[7]}"#, .noUsableKey),
            (#"{"keys":[\#(Array(repeating: "7", count: 101).joined(separator: ","))]}"#, .tooManyKeys),
            (#"{"keys":[]}"# + String(repeating: " ", count: 65_526), .tooLong),
            ("<html>", .notASet),
        ])
    func none(_ body: String, _ fault: KeySet.Fault) {
        #expect(throws: fault) { try KeySet(Array(body.utf8), allowing: Set(SignatureAlgorithm.allCases)) }
    }

    @Test("takes 100 keys, and only of the algorithms that are allowed") func limits() throws {
        let set = try Self.set((0..<100).map { Self.ec.jwk(#""kid":"\#($0)""#) })
        #expect(set.keys.count == 100)
        #expect(throws: KeySet.Fault.noUsableKey) {
            try KeySet(TestIssuer.set([Self.rsa]), allowing: [.es256])
        }
    }
}
