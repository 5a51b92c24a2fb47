package import AuthCore
package import Crypto
import Foundation

/// A ``KeyDerivation`` that costs nothing: HKDF-SHA256, with the parameters bound as Argon2id binds them.
package struct FakeKeyDerivation: KeyDerivation {
    /// Has no state.
    package init() {}

    package func derive(from secret: Secret, salt: [UInt8], memoryKiB: Int, passes: Int) throws -> SymmetricKey {
        let input = secret.withBytes { SymmetricKey(data: Array($0)) }
        return HKDF<SHA256>.deriveKey(
            inputKeyMaterial: input, salt: salt, info: Data("\(memoryKiB) \(passes)".utf8), outputByteCount: 32)
    }
}
