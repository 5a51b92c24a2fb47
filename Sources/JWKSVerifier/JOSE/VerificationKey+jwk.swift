import Crypto
import CryptoExtras
import Foundation

/// Why a JWK (RFC 7517 §4) of a set is not used. The others of the set are.
package enum UnusableKey: String, Error, CaseIterable, Sendable {
    case notAnObject = "it is no object"
    case noKeyID = "it has no kid"
    case sharedKeyID = "another key has the same kid"
    case privateKey = "it has its private half: whoever reads the set can sign"
    case forOtherUse = "its use or key_ops is not to verify signatures"
    case otherAlgorithm = "its alg is none that is allowed, or does not go with its kty and crv"
    case badNumbers = "its numbers are no key of the size that is wanted"
}

extension VerificationKey {
    /// 8,192 bits: a larger key makes each verification slow.
    private static let longestModulus = 1_024

    /// The key of a JWK. Without `alg` it has the one algorithm of ours that its `kty` and `crv` have.
    /// - Throws: ``UnusableKey``.
    package init(jwk: JSON, allowing algorithms: Set<SignatureAlgorithm>) throws(UnusableKey) {
        guard jwk.members != nil else { throw .notAnObject }
        guard !["d", "p", "q", "dp", "dq", "qi", "oth", "k"].contains(where: { (name: JSONName) in jwk[name] != nil })
        else {
            throw .privateKey
        }
        guard jwk["use"].map({ $0 == .string("sig") }) ?? true,
            jwk["key_ops"].map({ $0.elements?.contains(.string("verify")) ?? false }) ?? true
        else { throw .forOtherUse }
        guard let algorithm = Self.algorithm(of: jwk), algorithms.contains(algorithm),
            jwk["alg"].map({ $0 == .string(algorithm.rawValue) }) ?? true
        else { throw .otherAlgorithm }
        guard let key = try? Self(jwk, algorithm) else { throw .badNumbers }
        self = key
    }

    private static func algorithm(of jwk: JSON) -> SignatureAlgorithm? {
        switch (jwk["kty"]?.text, jwk["crv"]?.text) {
        case ("RSA", nil): .rs256
        case ("EC", "P-256"): .es256
        case ("OKP", "Ed25519"): .edDSA
        default: nil
        }
    }

    private init(_ jwk: JSON, _ algorithm: SignatureAlgorithm) throws {
        func number(_ name: JSONName, bytes: ClosedRange<Int>) throws -> [UInt8] {
            guard let text = jwk[name]?.text, let number = StrictBase64URL.bytes(ArraySlice(text.utf8)),
                bytes.contains(number.count)
            else { throw UnusableKey.badNumbers }
            return number
        }
        switch algorithm {
        case .rs256:
            self = .rs256(
                try _RSA.Signing.PublicKey(
                    n: number("n", bytes: 256...Self.longestModulus), e: number("e", bytes: 1...5)))
        case .es256:
            let point = try number("x", bytes: 32...32) + number("y", bytes: 32...32)
            self = .es256(try P256.Signing.PublicKey(rawRepresentation: point))
        case .edDSA:
            self = .edDSA(try Curve25519.Signing.PublicKey(rawRepresentation: number("x", bytes: 32...32)))
        }
    }
}
