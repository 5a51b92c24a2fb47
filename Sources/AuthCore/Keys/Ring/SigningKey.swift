/// A key that can sign, parsed once, with the part of every token that never changes under it.
package struct SigningKey: Sendable {
    /// The `kid` of its tokens.
    package let id: KeyID
    private let pair: KeyPair
    /// base64url of the JOSE header, and the dot after it.
    private let encodedHeader: [UInt8]

    /// The key of this kid.
    package init(id: KeyID, pair: KeyPair) {
        self.id = id
        self.pair = pair
        var header: [UInt8] = []
        Base64URL.append(
            Array(#"{"alg":"\#(pair.algorithm.rawValue)","kid":"\#(id)","typ":"JWT"}"#.utf8), to: &header)
        encodedHeader = header + [UInt8(ascii: ".")]
    }

    /// The `alg` of its tokens.
    package var algorithm: KeyAlgorithm { pair.algorithm }

    /// The compact serialisation (RFC 7515 §7.1) of `claims`, signed.
    package func token(_ claims: TokenClaims) throws -> String {
        var token = encodedHeader
        token.reserveCapacity(1_024)
        Base64URL.append(claims.json, to: &token)
        let signature = try pair.signature(over: token)
        token.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &token)
        return String(decoding: token, as: UTF8.self)
    }
}
