package import Crypto
package import CryptoExtras
import Foundation

/// The half of a signing key that verifiers get.
package enum PublicKey: Sendable {
    /// RSA.
    case rs256(_RSA.Signing.PublicKey)
    /// ECDSA on P-256.
    case es256(P256.Signing.PublicKey)
    /// Ed25519.
    case edDSA(Curve25519.Signing.PublicKey)

    /// What it verifies.
    package var algorithm: KeyAlgorithm {
        switch self {
        case .rs256: .rs256
        case .es256: .es256
        case .edDSA: .edDSA
        }
    }

    /// Appends the key as a JWK (RFC 7517 §4) with these members and no other:
    ///
    ///     RSA  kty use alg kid n e      RFC 7518 §6.3.1: big endian without leading zero octets
    ///     EC   kty crv x y use alg kid  RFC 7518 §6.2.1.2: 32 bytes each, leading zeros kept
    ///     OKP  kty crv x use alg kid    RFC 8037 §2
    func appendJWK(kid: KeyID, to body: inout [UInt8]) throws {
        func append(_ text: String) { body += Array(text.utf8) }
        let names = #""use":"sig","alg":"\#(algorithm.rawValue)","kid":"\#(kid)""#
        switch self {
        case .rs256(let key):
            let numbers = try key.getKeyPrimitives()
            append(#"{"kty":"RSA",\#(names),"n":""#)
            Base64URL.append(numbers.modulus.drop(while: { $0 == 0 }), to: &body)
            append(#"","e":""#)
            Base64URL.append(numbers.publicExponent.drop(while: { $0 == 0 }), to: &body)
            append(#""}"#)
        case .es256(let key):
            let point = key.rawRepresentation
            append(#"{"kty":"EC","crv":"P-256","x":""#)
            Base64URL.append(point.prefix(32), to: &body)
            append(#"","y":""#)
            Base64URL.append(point.suffix(32), to: &body)
            append(#"",\#(names)}"#)
        case .edDSA(let key):
            append(#"{"kty":"OKP","crv":"Ed25519","x":""#)
            Base64URL.append(key.rawRepresentation, to: &body)
            append(#"",\#(names)}"#)
        }
    }

    /// SubjectPublicKeyInfo (RFC 5280 §4.1.2.7); of an Ed25519 key its 32 bytes.
    var encoded: Data {
        switch self {
        case .rs256(let key): key.derRepresentation
        case .es256(let key): key.derRepresentation
        case .edDSA(let key): key.rawRepresentation
        }
    }

    init(_ algorithm: KeyAlgorithm, encoded: Data) throws {
        switch algorithm {
        case .rs256: self = .rs256(try _RSA.Signing.PublicKey(derRepresentation: encoded))
        case .es256: self = .es256(try P256.Signing.PublicKey(derRepresentation: encoded))
        case .edDSA: self = .edDSA(try Curve25519.Signing.PublicKey(rawRepresentation: encoded))
        }
    }
}
