import Crypto
import CryptoExtras
import Foundation

/// Makes keys, JWK Sets and tokens with swift-crypto alone: nothing of what is tested takes part.
struct TestIssuer: Sendable {
    enum Key: Sendable {
        case rs256(_RSA.Signing.PrivateKey)
        case es256(P256.Signing.PrivateKey)
        case edDSA(Curve25519.Signing.PrivateKey)
    }

    static let url = "https://issuer.example"
    /// Making one takes long.
    private static let rsaKeys = (0..<2).map { _ in made { try _RSA.Signing.PrivateKey(keySize: .bits2048) } }

    let kid: String
    let key: Key

    static func rs256(_ kid: String = "r1", number: Int = 0) -> TestIssuer {
        TestIssuer(kid: kid, key: .rs256(rsaKeys[number]))
    }
    static func es256(_ kid: String = "e1") -> TestIssuer { TestIssuer(kid: kid, key: .es256(.init())) }
    static func edDSA(_ kid: String = "d1") -> TestIssuer { TestIssuer(kid: kid, key: .edDSA(.init())) }
    static let all = [rs256(), es256(), edDSA()]

    private static func made<Value>(_ make: () throws -> Value) -> Value {
        do { return try make() } catch { fatalError("\(error)") }
    }

    var alg: String {
        switch key {
        case .rs256: "RS256"
        case .es256: "ES256"
        case .edDSA: "EdDSA"
        }
    }

    static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
    static func encoded(_ text: String) -> String { encoded(text.utf8) }

    func signature(over input: String) -> Data {
        let input = Data(input.utf8)
        switch key {
        case .rs256(let key):
            return Self.made {
                try key.signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5).rawRepresentation
            }
        case .es256(let key):
            return Self.made { try key.signature(for: SHA256.hash(data: input)).rawRepresentation }
        case .edDSA(let key): return Self.made { try key.signature(for: input) }
        }
    }

    /// A token with this header and these claims, as they are given.
    func signed(header: String, claims: String) -> String {
        let input = Self.encoded(header) + "." + Self.encoded(claims)
        return input + "." + Self.encoded(signature(over: input))
    }

    var header: String { #"{"alg":"\#(alg)","kid":"\#(kid)","typ":"at+jwt"}"# }

    /// A token whose registered claims are good from `now` on for ten minutes, with `more` (text of members) besides.
    func token(at now: Date, more: String = "") -> String {
        let start = Int64(now.timeIntervalSince1970)
        return signed(
            header: header,
            claims:
                #"{"iss":"\#(Self.url)","sub":"7","aud":"api","iat":\#(start),"exp":\#(start + 600),"jti":"01J","client_id":"web","scope":"openid email"\#(more)}"#
        )
    }

    var members: String {
        switch key {
        case .rs256(let key):
            let numbers = Self.made { try key.publicKey.getKeyPrimitives() }
            return
                #""kty":"RSA","n":"\#(Self.encoded(numbers.modulus))","e":"\#(Self.encoded(numbers.publicExponent))""#
        case .es256(let key):
            let point = key.publicKey.rawRepresentation
            return
                #""kty":"EC","crv":"P-256","x":"\#(Self.encoded(point.prefix(32)))","y":"\#(Self.encoded(point.suffix(32)))""#
        case .edDSA(let key):
            return #""kty":"OKP","crv":"Ed25519","x":"\#(Self.encoded(key.publicKey.rawRepresentation))""#
        }
    }

    /// With more members, in place of `use`, `alg` and `kid`.
    func jwk(_ more: String? = nil) -> String {
        "{" + members + "," + (more ?? #""use":"sig","alg":"\#(alg)","kid":"\#(kid)""#) + "}"
    }

    static func set(_ issuers: [TestIssuer]) -> [UInt8] { set(issuers.map { $0.jwk() }) }
    static func set(_ jwks: [String]) -> [UInt8] { Array(#"{"keys":[\#(jwks.joined(separator: ","))]}"#.utf8) }
}
