import Crypto
package import CryptoExtras
import Foundation

/// A key that can sign, parsed once, with the part of every token that never changes under it.
package struct SigningKey: Sendable {
    package let id: KeyID
    private let privateKey: _RSA.Signing.PrivateKey
    /// base64url of the JOSE header, and the dot after it.
    private let encodedHeader: [UInt8]

    package init(id: KeyID, privateKey: _RSA.Signing.PrivateKey) {
        self.id = id
        self.privateKey = privateKey
        var header: [UInt8] = []
        Base64URL.append(Array(#"{"alg":"RS256","kid":"\#(id)","typ":"JWT"}"#.utf8), to: &header)
        encodedHeader = header + [UInt8(ascii: ".")]
    }

    /// The compact serialisation (RFC 7515 §7.1) of `claims` signed with RS256 (RFC 7518 §3.3).
    package func token(_ claims: AccessTokenClaims) throws -> String {
        var token = encodedHeader
        token.reserveCapacity(1_024)
        Base64URL.append(claims.json, to: &token)
        // "insecure" is swift-crypto's word for PKCS#1 v1.5, which RS256 is; for signatures no attack is known.
        let signature = try privateKey.signature(for: SHA256.hash(data: token), padding: .insecurePKCS1v1_5)
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature.rawRepresentation, to: &token)
        return String(decoding: token, as: UTF8.self)
    }
}
