package import Crypto
package import CryptoExtras
import Foundation

/// A public key, parsed. The algorithm is the key's: no header can change it (RFC 8725 §3.1).
package enum VerificationKey: Sendable {
    case rs256(_RSA.Signing.PublicKey)
    case es256(P256.Signing.PublicKey)
    case edDSA(Curve25519.Signing.PublicKey)

    /// What it verifies.
    package var algorithm: SignatureAlgorithm {
        switch self {
        case .rs256: .rs256
        case .es256: .es256
        case .edDSA: .edDSA
        }
    }

    /// Whether `signature` is the JWS signature over `input`.
    func isValid(_ signature: UnsafeBufferPointer<UInt8>, over input: UnsafeBufferPointer<UInt8>) -> Bool {
        switch self {
        case .rs256(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: Self.digest(input),
                padding: .insecurePKCS1v1_5)
        case .es256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: Self.digest(input))
        case .edDSA(let key): return key.isValidSignature(signature, for: input)
        }
    }

    private static func digest(_ input: UnsafeBufferPointer<UInt8>) -> SHA256Digest {
        var hash = SHA256()
        hash.update(bufferPointer: UnsafeRawBufferPointer(input))
        return hash.finalize()
    }
}
