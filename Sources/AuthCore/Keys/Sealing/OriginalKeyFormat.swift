import Crypto
import CryptoExtras
import Foundation

/// How the original implementation kept a private key: the ASCII text of base64(IV ‖ ciphertext), AES-256-CBC with
/// PKCS#7 padding over a PKCS#1 PEM, under SHA-256 of the UTF-8 bytes of the master key. Read only, to be re-sealed.
package enum OriginalKeyFormat {
    private static let blockLength = 16

    /// - Throws: ``OperatorError/wrongMasterKey``: CBC has no tag, so a wrong secret and a damaged row look alike.
    package static func open(_ row: [UInt8], secret: Secret) throws(OperatorError) -> KeyMaterial {
        let key = secret.withBytes { SymmetricKey(data: SHA256.hash(data: $0)) }
        guard let bytes = Data(base64Encoded: Data(row)), bytes.count > blockLength,
            let vector = try? AES._CBC.IV(ivBytes: bytes.prefix(blockLength)),
            var plain = try? AES._CBC.decrypt(bytes.dropFirst(blockLength), using: key, iv: vector)
        else { throw .wrongMasterKey }
        defer { plain.resetBytes(in: 0..<plain.count) }
        guard let privateKey = try? _RSA.Signing.PrivateKey(pemRepresentation: String(decoding: plain, as: UTF8.self))
        else { throw .wrongMasterKey }
        return .keyPair(.rs256(privateKey))
    }
}
