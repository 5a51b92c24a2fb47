import AuthCore
import Crypto
import CryptoExtras
import Foundation

/// A private key as the original implementation wrote it, told from its source: base64(IV ‖ AES-256-CBC of a PEM).
enum OriginalRow {
    static func seal(_ privateKey: _RSA.Signing.PrivateKey, secret: String) throws -> [UInt8] {
        try seal(text: privateKey.pemRepresentation, secret: secret)
    }

    static func seal(text: String, secret: String) throws -> [UInt8] {
        let key = SymmetricKey(data: SHA256.hash(data: Data(secret.utf8)))
        let vector = AES._CBC.IV()
        let sealed = try AES._CBC.encrypt(Data(text.utf8), using: key, iv: vector)
        return Array((Data(vector) + sealed).base64EncodedString().utf8)
    }
}
