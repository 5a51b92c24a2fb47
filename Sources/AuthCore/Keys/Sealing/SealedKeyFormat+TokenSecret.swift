import Foundation

/// A secret that tokens are authenticated with rests like a key. What it holds is said in its header, so that neither is
/// ever taken for the other.
extension SealedKeyFormat {
    /// How many bytes such a secret has.
    static let tokenSecretLength = 32
    private static let tokenSecretContent: UInt8 = 7

    static func seal(tokenSecret secret: [UInt8], id: UInt32, under key: KeyEncryptionKey) throws -> [UInt8] {
        let header = magic + [tokenSecretContent] + bytes(key.id.number)
        var plain = Data(secret)
        defer { plain.resetBytes(in: 0..<plain.count) }
        return try header + seal(plain, header: header, bound: bytes(UInt64(id)), under: key)
    }

    static func openTokenSecret(
        _ sealed: [UInt8], id: UInt32, under key: KeyEncryptionKey
    ) throws(SealedKeyError) -> [UInt8] {
        guard sealed.count == headerLength + nonceLength + tokenSecretLength + tagLength,
            sealed.starts(with: magic + [tokenSecretContent])
        else { throw .unknownFormat }
        let header = Array(sealed[..<headerLength])
        guard header.suffix(8) == bytes(key.id.number)[...] else { throw .otherKeyEncryptionKey }
        var plain = try open(sealed[headerLength...], header: header, bound: bytes(UInt64(id)), under: key)
        defer { plain.resetBytes(in: 0..<plain.count) }
        return Array(plain)
    }
}
