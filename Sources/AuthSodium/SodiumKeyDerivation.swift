package import AuthCore
import CSodium
package import Crypto

/// ``KeyDerivation`` with libsodium's Argon2id.
package struct SodiumKeyDerivation: KeyDerivation {
    /// Has no state.
    package init() {}

    /// 32 bytes derived from `secret` and a salt of 16.
    /// - Throws: ``OperatorError/refused(_:)`` for a salt of another length, for what Argon2id has no numbers for, and
    ///   where the memory cannot be had.
    package func derive(from secret: Secret, salt: [UInt8], memoryKiB: Int, passes: Int) throws -> SymmetricKey {
        guard sodium_init() >= 0, salt.count == Int(crypto_pwhash_SALTBYTES),
            (1...Int(UInt32.max)).contains(passes), (8...Int(UInt32.max)).contains(memoryKiB)
        else {
            throw OperatorError.refused(
                "the key-encryption key's record is damaged: restore the database from a backup")
        }
        var output = [UInt8](repeating: 0, count: 32)
        defer { sodium_memzero(&output, output.count) }
        let status = secret.withCharacters { start, count in
            crypto_pwhash(
                &output, UInt64(output.count), start, count, salt, UInt64(passes), memoryKiB * 1024,
                crypto_pwhash_ALG_ARGON2ID13)
        }
        guard status == 0 else {
            throw OperatorError.refused("there are no \(memoryKiB) KiB of memory to derive a key")
        }
        return SymmetricKey(data: output)
    }
}
