package import CryptoExtras
import Foundation

/// The RSA key itself: both halves while it may sign, the public half afterwards.
package enum KeyMaterial: Sendable {
    case full(_RSA.Signing.PrivateKey)
    case publicHalf(_RSA.Signing.PublicKey)

    /// A new key of `bits` bits with e = 65537 (RFC 7518 §3.3 wants 2048 or more). Takes 0.05 to 1 s of CPU.
    package static func generate(bits: Int) throws -> KeyMaterial {
        .full(try _RSA.Signing.PrivateKey(keySize: .init(bitCount: bits)))
    }

    package var publicKey: _RSA.Signing.PublicKey {
        switch self {
        case .full(let key): key.publicKey
        case .publicHalf(let key): key
        }
    }

    /// The same key without what could sign.
    package var withoutPrivateHalf: KeyMaterial { .publicHalf(publicKey) }

    /// PKCS#8 (RFC 5958) of both halves, or SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) of the public one.
    var der: Data {
        switch self {
        case .full(let key): key.pkcs8DERRepresentation
        case .publicHalf(let key): key.derRepresentation
        }
    }
}
