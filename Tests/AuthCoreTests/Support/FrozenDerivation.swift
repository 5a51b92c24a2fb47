import AuthCore
import AuthTestSupport
import Crypto
import Foundation

/// Format 1 of sealed keys, written down a second time: databases in the field depend on it, so it never changes.
enum FrozenDerivation {
    /// The AES-256 key that the test secret and `record` lead to.
    static func key(of record: KeyEncryptionKeyRecord) -> SymmetricKey { output("key-encryption-key", of: record) }

    static func output(_ purpose: String, of record: KeyEncryptionKeyRecord) -> SymmetricKey {
        // As FakeKeyDerivation does in the place of Argon2id.
        let root = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data("correct horse battery staple".utf8)), salt: record.salt,
            info: Data("\(record.memoryKiB) \(record.passes)".utf8), outputByteCount: 32)
        return HKDF<SHA256>.deriveKey(
            inputKeyMaterial: root, info: Data("jwks-server \(purpose) v1 \(record.id)".utf8), outputByteCount: 32)
    }
}
