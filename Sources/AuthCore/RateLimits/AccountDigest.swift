package import Crypto
import Foundation

/// What stands for an account where wrong passwords are counted: the same for a name that nobody has. People type
/// passwords into the field for the name, so it is made with a key that the database does not hold.
package struct AccountDigest: Sendable {
    private static let length = 16
    private let key: SymmetricKey

    /// With this key.
    package init(key: SymmetricKey) { self.key = key }

    /// With a key of its own that follows from `key` (RFC 5869). All servers of a database have the same.
    package init(of key: KeyEncryptionKey) {
        let info = Data("jwks-server account-digest v1 \(key.id)".utf8)
        self.init(key: HKDF<SHA256>.deriveKey(inputKeyMaterial: key.key, info: info, outputByteCount: 32))
    }

    /// 16 bytes. Two spellings of one name (``Username/forms(of:)``) are one account.
    package func callAsFunction(_ username: String) -> [UInt8] {
        let name = Username.forms(of: username).last ?? username
        return Array(HMAC<SHA256>.authenticationCode(for: Data(name.utf8), using: key).prefix(Self.length))
    }
}
