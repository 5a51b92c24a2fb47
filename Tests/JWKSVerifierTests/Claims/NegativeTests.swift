import Crypto
import CryptoExtras
import Foundation
import JWKSVerifier
import Testing

/// The checklist for verifiers: RFC 8725, and what others got wrong. Each row names the failure.
@Suite("Tokens that are refused") struct NegativeTests {
    private static let issuer = TestIssuer.rs256()
    private static let clock = ManualClock()
    private static let start = Int64(clock.now.timeIntervalSince1970)

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: InvalidToken
        let token: @Sendable () -> String

        init(_ name: String, _ reason: InvalidToken, _ token: @escaping @autoclosure @Sendable () -> String) {
            (testDescription, self.reason, self.token) = (name, reason, token)
        }
    }

    /// The good token with another header, signed anew.
    private static func header(_ header: String) -> String { issuer.signed(header: header, claims: claims()) }
    private static func header(alg: String, kid: String = #""r1""#, typ: String = #""at+jwt""#) -> String {
        header(#"{"alg":\#(alg),"kid":\#(kid),"typ":\#(typ)}"#)
    }

    /// The good claims with some in another way; nil leaves one out.
    private static func claims(_ changes: [String: String?] = [:]) -> String {
        var members: [String: String] = [
            "iss": #""\#(TestIssuer.url)""#, "sub": #""7""#, "aud": #""api""#, "iat": "\(start)",
            "exp": "\(start + 600)",
        ]
        for (name, value) in changes { members[name] = value }
        return "{" + members.map { #""\#($0)":\#($1)"# }.joined(separator: ",") + "}"
    }
    private static func claim(_ name: String, _ value: String?) -> String {
        issuer.signed(header: issuer.header, claims: claims([name: value]))
    }

    private static func withClaims(_ claims: String) -> String { issuer.signed(header: issuer.header, claims: claims) }
    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    /// An HS256 token whose secret is what everybody can read.
    private static func maced(with secret: Data) -> String {
        let input =
            TestIssuer.encoded(#"{"alg":"HS256","kid":"r1","typ":"at+jwt"}"#) + "." + TestIssuer.encoded(claims())
        let code = HMAC<SHA256>.authenticationCode(for: Data(input.utf8), using: SymmetricKey(data: secret))
        return input + "." + TestIssuer.encoded(code)
    }
    private static func publicKey(pem: Bool) -> Data {
        guard case .rs256(let key) = issuer.key else { return Data() }
        return pem ? Data(key.publicKey.pemRepresentation.utf8) : key.publicKey.derRepresentation
    }
    private static func parts() -> [String] {
        issuer.signed(header: issuer.header, claims: claims()).split(separator: ".").map(String.init)
    }

    static let rows: [Row] =
        [
            Row("5: alg none, signed", .algorithmNotAllowed, header(alg: #""none""#)),
            Row(
                "5: alg none, no signature", .algorithmNotAllowed,
                TestIssuer.encoded(#"{"alg":"none","kid":"r1","typ":"at+jwt"}"#) + "." + parts()[1] + "."),
            Row("5: alg None", .algorithmNotAllowed, header(alg: #""None""#)),
            Row("5: alg nOnE", .algorithmNotAllowed, header(alg: #""nOnE""#)),
            Row("5: alg empty", .algorithmNotAllowed, header(alg: #""""#)),
            Row("5: alg null", .algorithmNotAllowed, header(alg: "null")),
            Row("5: alg a list", .algorithmNotAllowed, header(alg: #"["RS256"]"#)),
            Row("5: alg in lower case", .algorithmNotAllowed, header(alg: #""rs256""#)),
            Row("5: alg missing", .algorithmNotAllowed, header(#"{"kid":"r1","typ":"at+jwt"}"#)),
            Row("6: HS256 with the PEM", .algorithmNotAllowed, maced(with: publicKey(pem: true))),
            Row("6: HS256 with the DER", .algorithmNotAllowed, maced(with: publicKey(pem: false))),
            Row("6: HS256 with the JWK", .algorithmNotAllowed, maced(with: Data(issuer.jwk().utf8))),
        ]
        + ["RS384", "RS512", "PS256", "ES384", "ES512", "HS384", "Ed25519"].map { alg in
            Row("7: \(alg) over a key of RS256", .algorithmNotAllowed, header(alg: "\"\(alg)\""))
        }
        + ["ES256", "EdDSA"].map { alg in
            Row("7: \(alg) over a key of RS256", .algorithmNotOfKey, header(alg: "\"\(alg)\""))
        }
        + [
            Row("8: unknown kid", .unknownKeyID, header(alg: #""RS256""#, kid: #""r2""#)),
            Row("8: kid with a blank", .unknownKeyID, header(alg: #""RS256""#, kid: #""r1 ""#)),
            Row("8: kid in upper case", .unknownKeyID, header(alg: #""RS256""#, kid: #""R1""#)),
            Row("8: the kid of another key", .badSignature, header(alg: #""RS256""#, kid: #""r9""#)),
            Row("8: kid empty", .noKeyID, header(alg: #""RS256""#, kid: #""""#)),
            Row("8: kid a number", .noKeyID, header(alg: #""RS256""#, kid: "1")),
            Row("8: kid missing", .noKeyID, header(#"{"alg":"RS256","typ":"at+jwt"}"#)),
            Row("9: kid a path", .unknownKeyID, header(alg: #""RS256""#, kid: #""../../r1""#)),
            Row("9: kid with NUL", .unknownKeyID, header(alg: #""RS256""#, kid: #""r1\u0000""#)),
            Row("9: kid of SQL", .unknownKeyID, header(alg: #""RS256""#, kid: #""' OR 1=1 --""#)),
            Row(
                "9: kid of 5,000 bytes", .unknownKeyID,
                header(alg: #""RS256""#, kid: "\"\(String(repeating: "r", count: 5_000))\"")),
            Row(
                "9: kid of 10,000 bytes", .tooLong,
                header(alg: #""RS256""#, kid: "\"\(String(repeating: "r", count: 10_000))\"")),
            Row("10: crit", .criticalExtension, header(#"{"alg":"RS256","kid":"r1","typ":"at+jwt","crit":["exp"]}"#)),
            Row(
                "10: crit, unencoded payload (RFC 7797)", .criticalExtension,
                header(#"{"alg":"RS256","kid":"r1","typ":"at+jwt","b64":false,"crit":["b64"]}"#)),
            Row("1: typ of another kind", .typeNotAccepted, header(alg: #""RS256""#, typ: #""secevent+jwt""#)),
            Row("1: typ missing", .typeNotAccepted, header(#"{"alg":"RS256","kid":"r1"}"#)),
            Row("1: typ a number", .typeNotAccepted, header(alg: #""RS256""#, typ: "1")),
            Row("11: exp now", .expired, claim("exp", "\(start)")),
            Row("11: exp in 1970", .expired, claim("exp", "0")),
            Row("11: exp missing", .badClaims, claim("exp", nil)),
        ]
        + [
            "\(start + 600).5", "1e10", "-1", "\"\(start + 600)\"", "null", "true", "[]", "253402300800",
            "9223372036854775808", "1\(String(repeating: "0", count: 400))", "1e400",
        ].map { Row("11: exp \($0.prefix(30))", .badClaims, claim("exp", $0)) }
        + ["iat", "nbf"].flatMap { name in
            [
                Row("11: \(name) later than the leeway", .notYetValid, claim(name, "\(start + 61)")),
                Row("11: \(name) a fraction", .badClaims, claim(name, "\(start).5")),
                Row("11: \(name) negative", .badClaims, claim(name, "-1")),
                Row("11: \(name) huge", .badClaims, claim(name, "99999999999999999999")),
                Row("11: \(name) a string", .badClaims, claim(name, "\"\(start)\"")),
            ]
        } + [
            Row("2: iss missing", .badClaims, claim("iss", nil)),
            Row("2: iss of another", .otherIssuer, claim("iss", #""https://other.example""#)),
            Row("2: iss with a slash", .otherIssuer, claim("iss", #""\#(TestIssuer.url)/""#)),
            Row("2: iss a list", .badClaims, claim("iss", #"["\#(TestIssuer.url)"]"#)),
            Row("4: aud missing", .otherAudience, claim("aud", nil)),
            Row("4: aud of another", .otherAudience, claim("aud", #""other""#)),
            Row("4: aud of others", .otherAudience, claim("aud", #"["other","api2","ap"]"#)),
            Row("4: aud empty", .otherAudience, claim("aud", "[]")),
            Row("4: aud a number", .badClaims, claim("aud", "7")),
            Row("4: aud with a number", .badClaims, claim("aud", #"["api",7]"#)),
            Row("3: sub a number", .badClaims, claim("sub", "7")),
            Row(
                "12: another payload", .badSignature,
                parts()[0] + "." + TestIssuer.encoded(claims(["sub": #""8""#])) + "." + parts()[2]),
            Row(
                "12: the signature of another token", .badSignature,
                parts()[0] + "." + parts()[1] + "."
                    + claim("sub", #""8""#).split(separator: ".").map(String.init)[2]),
            Row("12: no signature", .badSignature, parts()[0] + "." + parts()[1] + "."),
            Row("12: two parts", .malformed, parts()[0] + "." + parts()[1]),
            Row("12: four parts", .malformed, parts().joined(separator: ".") + "."),
            Row("12: five parts", .malformed, "a.b.c.d.e"),
            Row("12: nothing", .malformed, ""),
            Row("12: dots", .malformed, ".."),
            Row("12: padding", .badSignature, parts().joined(separator: ".") + "="),
            Row("12: padding in the header", .malformed, parts()[0] + "=." + parts()[1] + "." + parts()[2]),
            Row("12: a blank before", .malformed, " " + parts().joined(separator: ".")),
            Row("12: a line end after", .badSignature, parts().joined(separator: ".") + "\n"),
            Row(
                "12: a member twice in the header", .malformed,
                header(#"{"alg":"RS256","alg":"RS256","kid":"r1","typ":"at+jwt"}"#)),
            Row(
                "12: a member twice, once escaped", .malformed,
                header(#"{"alg":"RS256","\u0061lg":"none","kid":"r1","typ":"at+jwt"}"#)),
            Row(
                "12: a claim twice", .malformed,
                issuer.signed(header: issuer.header, claims: String(claims().dropLast()) + #","sub":"8"}"#)),
            Row("12: a member twice inside of a claim", .malformed, claim("own", #"[{"a":1,"a":1}]"#)),
            Row("12: claims with a comma at the end", .malformed, withClaims(String(claims().dropLast()) + ",}")),
            Row("12: claims without an end", .malformed, withClaims(String(claims().dropLast()))),
            Row("12: claims with something after", .malformed, withClaims(claims() + "{}")),
            Row("12: claims too deep", .malformed, claim("own", nested(32))),
            Row("12: claims no object", .malformed, issuer.signed(header: issuer.header, claims: "[]")),
            Row("12: claims not JSON", .malformed, issuer.signed(header: issuer.header, claims: "hello")),
            Row("12: header no object", .malformed, header("[]")),
            Row("12: longer than 8,192 bytes", .tooLong, claim("pad", "\"\(String(repeating: "x", count: 6_200))\"")),
        ]

    @Test("is refused with its reason, and later tokens are not worse for it", arguments: rows)
    func refused(_ row: Row) async throws {
        let set = FakeKeySet([Self.issuer, .rs256("r9", number: 1)])
        let verifier = try set.verifier(Self.clock)
        let good = Self.issuer.token(at: Self.clock.now)
        #expect(try await verifier.reason(good) == nil)
        #expect(try await verifier.reason(row.token()) == row.reason)
        #expect(try await verifier.reason(good) == nil)
        #expect(set.count == 1)
    }

    @Test("10: jku, jwk, x5u and x5c are not looked at: they fetch nothing and change no key")
    func otherKeys() async throws {
        let thief = TestIssuer.rs256("r1", number: 1)
        let header =
            #"{"alg":"RS256","kid":"r1","typ":"at+jwt","jku":"https://thief.example","x5u":"https://thief.example","x5c":["AAAA"],"jwk":\#(thief.jwk())}"#
        let set = FakeKeySet([Self.issuer])
        let verifier = try set.verifier(Self.clock)
        #expect(try await verifier.reason(thief.signed(header: header, claims: Self.claims())) == .badSignature)
        #expect(try await verifier.reason(Self.issuer.signed(header: header, claims: Self.claims())) == nil)
        #expect(set.count == 1)
    }
}
