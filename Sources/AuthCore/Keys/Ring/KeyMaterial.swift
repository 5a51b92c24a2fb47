/// The key itself: both halves while it may sign, the public half afterwards.
package enum KeyMaterial: Sendable {
    /// What can sign.
    case keyPair(KeyPair)
    /// What can only verify.
    case publicKey(PublicKey)

    /// A new key pair; see ``KeyPair/generate(_:bits:)``.
    package static func generate(_ algorithm: KeyAlgorithm = .rs256, bits: Int) throws -> KeyMaterial {
        .keyPair(try KeyPair.generate(algorithm, bits: bits))
    }

    /// The half that verifiers get.
    package var publicKey: PublicKey {
        switch self {
        case .keyPair(let key): key.publicKey
        case .publicKey(let key): key
        }
    }

    /// What it signs with.
    package var algorithm: KeyAlgorithm {
        switch self {
        case .keyPair(let key): key.algorithm
        case .publicKey(let key): key.algorithm
        }
    }

    /// The same key without what could sign.
    package var withoutPrivateHalf: KeyMaterial { .publicKey(publicKey) }
}
