import Crypto
import Foundation

/// What refresh tokens are authenticated with: 256 random bits under a number.
package struct RefreshTokenKey: Sendable {
    /// In each token that was made with it.
    package let id: UInt32
    /// The code of nothing yet: what every code under the key begins with.
    private let begun: HMAC<SHA256>

    /// - Parameter key: 32 bytes.
    package init(id: UInt32, key: [UInt8]) {
        self.id = id
        begun = HMAC(key: SymmetricKey(data: key))
    }

    /// Of a token that has this header, and this client.
    ///
    /// The header has one length, so no two pairs of header and client read the same.
    fileprivate func code(of header: some Collection<UInt8>, _ client: ClientID) -> HMAC<SHA256>.MAC {
        var code = begun
        code.update(data: Array("jwks-server refresh token v1".utf8) + header + client.text.utf8)
        return code.finalize()
    }
}

/// A refresh token, which the store does not know: it is derived from its grant and its generation, so that the answer to
/// a client that lost the first one is the same token again.
///
///     "rt_" base64url( version 1 (1) · key (4) · grant (16) · generation (8) · HMAC-SHA-256 (32) )
///
/// The code covers everything before it and the client's id: a token that was altered, made up or brought by another
/// client never reaches the store.
package struct RefreshToken: Equatable, Sendable {
    /// By which scanners of source code find it.
    static let prefix = "rt_"
    private static let version: UInt8 = 1
    private static let headerLength = 1 + 4 + GrantID.length + 8
    private static let length = headerLength + 32

    /// Whose it is.
    package let grant: GrantID
    /// 0 for the first one.
    package let generation: Int64

    /// The token of this generation.
    package init(grant: GrantID, generation: Int64) {
        self.grant = grant
        self.generation = generation
    }

    /// As it is handed out to `client`.
    package func text(for client: ClientID, under key: RefreshTokenKey) -> String {
        let header = Self.header(key.id, grant, generation)
        return Self.prefix + Base64URL.text(header + key.code(of: header, client))
    }

    /// nil unless `text` is a token that was handed out to `client` under one of `keys`.
    package init?(_ text: String, from client: ClientID, keys: [RefreshTokenKey]) {
        guard text.utf8.starts(with: Self.prefix.utf8),
            let bytes = Base64URL.bytes(text.utf8.dropFirst(Self.prefix.utf8.count)),
            bytes.count == Self.length, bytes[0] == Self.version
        else { return nil }
        let header = bytes[..<Self.headerLength]
        let id = UInt32(truncatingIfNeeded: Self.number(header[1..<5]))
        guard let key = keys.first(where: { $0.id == id }),
            // Compared in constant time.
            key.code(of: header, client) == bytes[Self.headerLength...],
            let grant = GrantID(header[5..<5 + GrantID.length]),
            let generation = Int64(exactly: Self.number(header[(5 + GrantID.length)...]))
        else { return nil }
        self.init(grant: grant, generation: generation)
    }

    private static func header(_ key: UInt32, _ grant: GrantID, _ generation: Int64) -> [UInt8] {
        var header = [version]
        withUnsafeBytes(of: key.bigEndian) { header += $0 }
        header += grant.bytes
        withUnsafeBytes(of: generation.bigEndian) { header += $0 }
        return header
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
