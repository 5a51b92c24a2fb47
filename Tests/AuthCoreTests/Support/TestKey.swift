import AuthCore
import AuthTestSupport
import CryptoExtras

/// RSA keys for tests, made once in a run: making one takes a tenth of a second.
enum TestKey {
    private static let made = Result { try (0..<3).map { _ in try KeyMaterial.generate(bits: 2_048) } }

    /// The key of this number, 0 to 2, with both halves.
    static func material(_ number: Int = 0) throws -> KeyMaterial { try made.get()[number] }

    /// A key of each algorithm, with both halves and with one.
    static func everyKind() throws -> [KeyMaterial] {
        let pairs = [
            try material(), try KeyMaterial.generate(.es256, bits: 0), try KeyMaterial.generate(.edDSA, bits: 0),
        ]
        return pairs + pairs.map(\.withoutPrivateHalf)
    }

    /// Both halves of it.
    static func pair(_ number: Int = 0) throws -> KeyPair {
        guard case .keyPair(let pair) = try material(number) else { throw OperatorError.refused("no private half") }
        return pair
    }

    static func rsaPrivateKey(_ number: Int = 0) throws -> _RSA.Signing.PrivateKey {
        guard case .rs256(let key) = try pair(number) else { throw OperatorError.refused("no RSA key") }
        return key
    }

    static func signing(_ number: Int = 0, id: KeyID) throws -> SigningKey {
        SigningKey(id: id, pair: try pair(number))
    }
}

extension KeyMaterial {
    /// The modulus: what tells one RSA key from another.
    var modulus: [UInt8] {
        get throws {
            guard case .rs256(let key) = publicKey else { throw OperatorError.refused("no RSA key") }
            return Array(try key.getKeyPrimitives().modulus)
        }
    }

    var hasPrivateHalf: Bool {
        if case .keyPair = self { true } else { false }
    }
}

/// A key-encryption key and its record, at no cost.
func makeKeyEncryptionKey(
    _ secret: Secret = Sample.masterKey, at now: Timestamp = Sample.now
) throws -> (key: KeyEncryptionKey, record: KeyEncryptionKeyRecord) {
    try KeyEncryptionKey.make(from: secret, at: now, derivation: FakeKeyDerivation())
}
