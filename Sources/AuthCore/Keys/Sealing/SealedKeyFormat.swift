import Crypto
import Foundation

/// Why a sealed key does not open.
package enum SealedKeyError: String, Error, Equatable, Sendable {
    case unknownFormat = "it is not in a format of this server"
    case otherKeyEncryptionKey = "it was sealed under another key-encryption key"
    case forged = "it was altered or belongs to another row"
    case notAKey = "what it holds is not a key"
    case otherAlgorithm = "it has another algorithm than its record says"
}

/// The form in which a key rests in the store: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce.
///
///     "JWKS" · version 1 · content (1) · key-encryption key's id (8) · nonce (12) · ciphertext · tag (16)
///
///     content   private half   public half
///     RS256     1 PKCS#8       2 SubjectPublicKeyInfo
///     ES256     3 PKCS#8       4 SubjectPublicKeyInfo
///     EdDSA     5 seed         6 public key, 32 bytes each
///     tokens    7 secret, 32 bytes
///
/// The associated data are the header and the kid (or a secret's number), so that a row can neither be moved to another kid, nor turned from
/// a public half into a private key or a key of another algorithm, nor passed off as sealed under another key. One
/// key-encryption key seals a few rows a month, far below the 2^32 invocations of SP 800-38D §8.3.
package enum SealedKeyFormat {
    static let magic: [UInt8] = Array("JWKS".utf8) + [1]
    static let headerLength = 14
    static let nonceLength = 12
    static let tagLength = 16

    private static func content(of material: KeyMaterial) -> UInt8 {
        let isPublic: UInt8 =
            switch material {
            case .keyPair: 0
            case .publicKey: 1
            }
        return switch material.algorithm {
        case .rs256: 1 + isPublic
        case .es256: 3 + isPublic
        case .edDSA: 5 + isPublic
        }
    }

    /// `material` in the form in which row `id` keeps it.
    package static func seal(_ material: KeyMaterial, id: KeyID, under key: KeyEncryptionKey) throws -> [UInt8] {
        let header = magic + [content(of: material)] + bytes(key.id.number)
        var plain =
            switch material {
            case .keyPair(let pair): pair.encoded
            case .publicKey(let key): key.encoded
            }
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
        let content = sealed[magic.count]
        guard (1...6).contains(content) else { throw .unknownFormat }
        let header = Array(sealed[..<headerLength])
        guard header.suffix(8) == bytes(key.id.number)[...] else { throw .otherKeyEncryptionKey }
        var plain = try open(
            sealed[headerLength...], header: header, bound: bytes(UInt64(bitPattern: id.number)), under: key)
        defer { plain.resetBytes(in: 0..<plain.count) }
        do {
            switch content {
            case 1: return .keyPair(try KeyPair(.rs256, encoded: plain))
            case 2: return .publicKey(try PublicKey(.rs256, encoded: plain))
            case 3: return .keyPair(try KeyPair(.es256, encoded: plain))
            case 4: return .publicKey(try PublicKey(.es256, encoded: plain))
            case 5: return .keyPair(try KeyPair(.edDSA, encoded: plain))
            default: return .publicKey(try PublicKey(.edDSA, encoded: plain))
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

    static func seal(
        _ plain: Data, header: [UInt8], bound: [UInt8], under key: KeyEncryptionKey
    ) throws -> [UInt8] {
        let box = try AES.GCM.seal(plain, using: key.key, authenticating: header + bound)
        return Array(box.nonce) + box.ciphertext + box.tag
    }

    static func open(
        _ box: ArraySlice<UInt8>, header: [UInt8], bound: [UInt8], under key: KeyEncryptionKey
    ) throws(SealedKeyError) -> Data {
        do {
            return try AES.GCM.open(
                AES.GCM.SealedBox(combined: box), using: key.key, authenticating: header + bound)
        } catch {
            throw .forged
        }
    }

    static func bytes(_ number: UInt64) -> [UInt8] { withUnsafeBytes(of: number.bigEndian, Array.init) }
}
