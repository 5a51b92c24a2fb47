import Crypto
import CryptoExtras
import Foundation

/// How the original implementation kept a private key: the ASCII text of base64(IV ‖ ciphertext), AES-256-CBC with
/// PKCS#7 padding over a PKCS#1 PEM, under SHA-256 of the UTF-8 bytes of the master key. Read only, to be re-sealed.
package enum OriginalKeyFormat {
    private static let blockLength = 16

    /// - Throws: ``OperatorError/wrongMasterKey``: CBC has no tag, so a wrong secret and a damaged row look alike; and
    ///   ``OperatorError/refused(_:)`` for a key that is weak.
    package static func open(_ row: [UInt8], id: KeyID, secret: Secret) throws(OperatorError) -> KeyMaterial {
        let key = secret.withBytes { SymmetricKey(data: SHA256.hash(data: $0)) }
        guard let bytes = Data(base64Encoded: Data(row)), bytes.count > blockLength,
            let vector = try? AES._CBC.IV(ivBytes: bytes.prefix(blockLength)),
            var plain = try? AES._CBC.decrypt(bytes.dropFirst(blockLength), using: key, iv: vector)
        else { throw .wrongMasterKey }
        defer { plain.resetBytes(in: 0..<plain.count) }
        // Those that are too small as well: to be called weak and not a wrong secret.
        let pem = String(decoding: plain, as: UTF8.self)
        guard let privateKey = try? _RSA.Signing.PrivateKey(unsafePEMRepresentation: pem) else { throw .wrongMasterKey }
        do {
            try WeakKey.refuse(privateKey)
        } catch {
            let reason = (error as? WeakKey)?.rawValue ?? "it cannot be read"
            throw .refused(
                "key \(id) of the original is weak: \(reason); delete the key's row: a new key takes its place")
        }
        return .keyPair(.rs256(privateKey))
    }
}
