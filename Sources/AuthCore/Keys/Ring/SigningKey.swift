/// A key that can sign, parsed once, with the part of every token that never changes under it.
package struct SigningKey: Sendable {
    /// The `kid` of its tokens.
    package let id: KeyID
    private let pair: KeyPair
    private let signer: (any RSASigner)?
    private let ofJWT: [UInt8]
    private let ofAccessToken: [UInt8]

    /// The key of this kid.
    /// - Parameter maker: of what signs with an RSA key; nil where that is the pair itself.
    /// - Throws: what `maker` throws.
    package init(id: KeyID, pair: KeyPair, maker: RSASignerMaker?) throws {
        self.init(id: id, pair: pair, signer: try maker.flatMap { try pair.signer(by: $0) })
    }

    /// The key of this kid, which signs by itself.
    package init(id: KeyID, pair: KeyPair) { self.init(id: id, pair: pair, signer: nil) }

    private init(id: KeyID, pair: KeyPair, signer: (any RSASigner)?) {
        self.id = id
        self.pair = pair
        self.signer = signer
        ofJWT = Self.encodedHeader(.jwt, id, pair.algorithm)
        ofAccessToken = Self.encodedHeader(.atJWT, id, pair.algorithm)
    }

    /// The `alg` of its tokens.
    package var algorithm: KeyAlgorithm { pair.algorithm }

    /// The compact serialisation (RFC 7515 §7.1) of `claims`, signed.
    package func token(_ claims: TokenClaims) throws -> String {
        var token =
            switch claims.type {
            case .jwt: ofJWT
            case .atJWT: ofAccessToken
            case .logoutJWT: Self.encodedHeader(.logoutJWT, id, algorithm)
            }
        token.append(UInt8(ascii: "."))
        token.reserveCapacity(1_024)
        Base64URL.append(claims.json, to: &token)
        let signature = try signer?.signature(over: token) ?? Array(pair.signature(over: token))
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
