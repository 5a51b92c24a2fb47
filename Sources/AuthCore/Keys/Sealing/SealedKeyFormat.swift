import Crypto
import CryptoExtras
import Foundation

/// Why a sealed key does not open.
package enum SealedKeyError: String, Error, Equatable, Sendable {
    case unknownFormat = "it is not in a format of this server"
    case otherKeyEncryptionKey = "it was sealed under another key-encryption key"
    case forged = "it was altered or belongs to another row"
    case notAKey = "what it holds is not an RSA key"
}

/// The form in which a key rests in the store: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce.
///
///     "JWKS" · version 1 · content (1 = PKCS#8, 2 = SubjectPublicKeyInfo) · key-encryption key's id (8) ·
///     nonce (12) · ciphertext · tag (16)
///
/// The associated data are the header and the kid, so that a row can neither be moved to another kid, nor turned from
/// a public half into a private key, nor passed off as sealed under another key. One key-encryption key seals a few
/// rows a month, far below the 2^32 invocations of SP 800-38D §8.3.
package enum SealedKeyFormat {
    private static let magic: [UInt8] = Array("JWKS".utf8) + [1]
    private static let headerLength = 14
    private static let nonceLength = 12
    private static let tagLength = 16

    private enum Content: UInt8 {
        case full = 1
        case publicHalf = 2
    }

    /// `material` in the form in which row `id` keeps it.
    package static func seal(_ material: KeyMaterial, id: KeyID, under key: KeyEncryptionKey) throws -> [UInt8] {
        let content: Content =
            switch material {
            case .full: .full
            case .publicHalf: .publicHalf
            }
        let header = magic + [content.rawValue] + bytes(key.id.number)
        var plain = material.der
        defer { plain.resetBytes(in: 0..<plain.count) }
        return try header + seal(plain, header: header, bound: bytes(UInt64(bitPattern: id.number)), under: key)
    }

    /// What row `id` keeps.
    /// - Throws: ``SealedKeyError``; a wrong row, key, header or bit is ``SealedKeyError/forged`` at the latest.
    package static func open(
        _ sealed: [UInt8], id: KeyID, under key: KeyEncryptionKey
    ) throws(SealedKeyError) -> KeyMaterial {
        guard sealed.count > headerLength + nonceLength + tagLength, sealed.starts(with: magic) else {
            throw .unknownFormat
        }
        guard let content = Content(rawValue: sealed[magic.count]) else { throw .unknownFormat }
        let header = Array(sealed[..<headerLength])
        guard header.suffix(8) == bytes(key.id.number)[...] else { throw .otherKeyEncryptionKey }
        var plain = try open(
            sealed[headerLength...], header: header, bound: bytes(UInt64(bitPattern: id.number)), under: key)
        defer { plain.resetBytes(in: 0..<plain.count) }
        do {
            switch content {
            case .full: return .full(try _RSA.Signing.PrivateKey(derRepresentation: plain))
            case .publicHalf: return .publicHalf(try _RSA.Signing.PublicKey(derRepresentation: plain))
            }
        } catch {
            throw .notAKey
        }
    }

    /// Whether the bytes claim to be in this format: the original's rows do not.
    package static func isSealed(_ row: [UInt8]) -> Bool { row.starts(with: magic) }

    /// `successor` sealed under `key`, for a running server to follow a change of the master key.
    package static func sealHandover(of successor: KeyEncryptionKey, under key: KeyEncryptionKey) throws -> [UInt8] {
        try seal(
            successor.key.withUnsafeBytes { Data($0) }, header: Array("JWKS handover 1".utf8),
            bound: bytes(successor.id.number), under: key)
    }

    /// The successor that was handed over; only the key it was sealed under can tell.
    package static func openHandover(
        _ handover: [UInt8], to id: KeyEncryptionKeyID, under key: KeyEncryptionKey
    ) throws(SealedKeyError) -> KeyEncryptionKey {
        let plain = try open(
            handover[...], header: Array("JWKS handover 1".utf8), bound: bytes(id.number), under: key)
        return KeyEncryptionKey(id: id, key: SymmetricKey(data: plain))
    }

    private static func seal(
        _ plain: Data, header: [UInt8], bound: [UInt8], under key: KeyEncryptionKey
    ) throws -> [UInt8] {
        let box = try AES.GCM.seal(plain, using: key.key, authenticating: header + bound)
        return Array(box.nonce) + box.ciphertext + box.tag
    }

    private static func open(
        _ box: ArraySlice<UInt8>, header: [UInt8], bound: [UInt8], under key: KeyEncryptionKey
    ) throws(SealedKeyError) -> Data {
        do {
            return try AES.GCM.open(
                AES.GCM.SealedBox(combined: box), using: key.key, authenticating: header + bound)
        } catch {
            throw .forged
        }
    }

    private static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian, Array.init) }
}
