/// A key that can sign, parsed once, with the part of every token that never changes under it.
package struct SigningKey: Sendable {
    /// The `kid` of its tokens.
    package let id: KeyID
    private let pair: KeyPair
    private let ofJWT: [UInt8]
    private let ofAccessToken: [UInt8]

    /// The key of this kid.
    package init(id: KeyID, pair: KeyPair) {
        self.id = id
        self.pair = pair
        ofJWT = Self.encodedHeader(.jwt, id, pair.algorithm)
        ofAccessToken = Self.encodedHeader(.atJWT, id, pair.algorithm)
    }

    /// The `alg` of its tokens.
    package var algorithm: KeyAlgorithm { pair.algorithm }

    /// The compact serialisation (RFC 7515 §7.1) of `claims`, signed.
    package func token(_ claims: TokenClaims) throws -> String {
        var token = claims.type == .jwt ? ofJWT : ofAccessToken
        token.append(UInt8(ascii: "."))
        token.reserveCapacity(1_024)
        Base64URL.append(claims.json, to: &token)
        let signature = try pair.signature(over: token)
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &token)
        return String(decoding: token, as: UTF8.self)
    }

    /// base64url of the JOSE header that every token of this type under this key has.
    static func encodedHeader(_ type: TokenType, _ id: KeyID, _ algorithm: KeyAlgorithm) -> [UInt8] {
        var header: [UInt8] = []
        Base64URL.append(
            Array(#"{"alg":"\#(algorithm.rawValue)","kid":"\#(id)","typ":"\#(type.rawValue)"}"#.utf8), to: &header)
        return header
    }
}
