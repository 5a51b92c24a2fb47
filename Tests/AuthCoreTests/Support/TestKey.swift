import AuthCore
import AuthTestSupport
import CryptoExtras

/// RSA keys for tests, made once in a run: making one takes a tenth of a second.
enum TestKey {
    private static let made = Result { try (0..<3).map { _ in try KeyMaterial.generate(bits: 2_048) } }

    /// The key of this number, 0 to 2, with both halves.
    static func material(_ number: Int = 0) throws -> KeyMaterial { try made.get()[number] }

    /// Its private half.
    static func privateKey(_ number: Int = 0) throws -> _RSA.Signing.PrivateKey {
        guard case .full(let key) = try material(number) else { throw AuthError.refused("no private half") }
        return key
    }

    static func signing(_ number: Int = 0, id: KeyID) throws -> SigningKey {
        SigningKey(id: id, privateKey: try privateKey(number))
    }
}

extension KeyMaterial {
    /// The modulus: what tells one key from another.
    var modulus: [UInt8] { get throws { Array(try publicKey.getKeyPrimitives().modulus) } }

    var hasPrivateHalf: Bool {
        if case .full = self { true } else { false }
    }
}

/// A key-encryption key and its record, at no cost.
func makeKeyEncryptionKey(
    _ secret: Secret = Sample.masterKey, at now: Timestamp = Sample.now
) throws -> (key: KeyEncryptionKey, record: KeyEncryptionKeyRecord) {
    try KeyEncryptionKey.make(from: secret, at: now, derivation: FakeKeyDerivation())
}
