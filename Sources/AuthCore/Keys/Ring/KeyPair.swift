import Crypto
package import CryptoExtras
package import Foundation

/// Both halves of a signing key. Prints as a placeholder: it must not reach a log.
package enum KeyPair: Sendable {
    /// RSA, 2048 bits or more (RFC 7518 §3.3).
    case rs256(_RSA.Signing.PrivateKey)
    /// ECDSA on P-256.
    case es256(P256.Signing.PrivateKey)
    /// Ed25519.
    case edDSA(Curve25519.Signing.PrivateKey)

    /// A new pair from the system's CSPRNG.
    /// - Parameter bits: of an RSA modulus, with e = 65537; 0.05 to several seconds of CPU. The others take no time.
    package static func generate(_ algorithm: KeyAlgorithm, bits: Int) throws -> KeyPair {
        switch algorithm {
        case .rs256: .rs256(try _RSA.Signing.PrivateKey(keySize: .init(bitCount: bits)))
        case .es256: .es256(P256.Signing.PrivateKey())
        case .edDSA: .edDSA(Curve25519.Signing.PrivateKey())
        }
    }

    /// What it signs with. Asked for at every token: the other half of an RSA key is a copy each time.
    package var algorithm: KeyAlgorithm {
        switch self {
        case .rs256: .rs256
        case .es256: .es256
        case .edDSA: .edDSA
        }
    }

    /// The half that verifiers get.
    package var publicKey: PublicKey {
        switch self {
        case .rs256(let key): .rs256(key.publicKey)
        case .es256(let key): .es256(key.publicKey)
        case .edDSA(let key): .edDSA(key.publicKey)
        }
    }

    /// The JWS signature over `input` (RFC 7515 §5.1): PKCS#1 v1.5 with SHA-256, R ‖ S of 64 bytes (RFC 7518 §3.4), or
    /// Ed25519 (RFC 8037 §3.1).
    package func signature(over input: [UInt8]) throws -> Data {
        switch self {
        case .rs256(let key):
            // "insecure" is swift-crypto's word for PKCS#1 v1.5, which RS256 is; for signatures no attack is known.
            try key.signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5).rawRepresentation
        case .es256(let key): try key.signature(for: SHA256.hash(data: input)).rawRepresentation
        case .edDSA(let key): try key.signature(for: input)
        }
    }

    /// What `make` makes of an RSA key; nil of another one.
    func signer(by make: RSASignerMaker) throws -> (any RSASigner)? {
        guard case .rs256 = self else { return nil }
        var copy = encoded
        defer { copy.resetBytes(in: 0..<copy.count) }
        return try make(copy)
    }

    /// PKCS#8 (RFC 5958); of an Ed25519 key its 32-byte seed (RFC 8032 §5.1.5). A copy, for the caller to wipe.
    var encoded: Data {
        switch self {
        case .rs256(let key): key.pkcs8DERRepresentation
        case .es256(let key): key.derRepresentation
        // swift-crypto lends the key's own memory here: wiping that would wipe the key.
        case .edDSA(let key): key.rawRepresentation.withUnsafeBytes { Data($0) }
        }
    }

    init(_ algorithm: KeyAlgorithm, encoded: Data) throws {
        switch algorithm {
        case .rs256: self = .rs256(try _RSA.Signing.PrivateKey(derRepresentation: encoded))
        case .es256: self = .es256(try P256.Signing.PrivateKey(derRepresentation: encoded))
        case .edDSA: self = .edDSA(try Curve25519.Signing.PrivateKey(rawRepresentation: encoded))
        }
    }
}

extension KeyPair: CustomStringConvertible, CustomReflectable {
    package var description: String { "<\(algorithm.rawValue) key pair>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}
