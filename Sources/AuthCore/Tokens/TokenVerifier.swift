/// Tells tokens of ours from all others: a pure function of the public keys that verifiers are shown.
///
/// Nothing of a header is believed: a token has one of the headers that we write, byte for byte, or is none of ours. So
/// the algorithm is always the key's (RFC 8725 §3.1), and no member of a header that we never write can mean anything.
package struct TokenVerifier: Sendable {
    /// No token of ours is as long.
    private static let mostBytes = 16_384
    private let keys: [Substring: (key: PublicKey, type: TokenType)]
    /// Of these keys: with a key that is published no more, what it signed is forgotten.
    private let verified = VerifiedTokens()

    /// Of these keys.
    package init(_ keys: [(id: KeyID, key: PublicKey)]) {
        var table: [Substring: (key: PublicKey, type: TokenType)] = [:]
        for (id, key) in keys {
            for type in [TokenType.atJWT, .jwt] {
                let header = SigningKey.encodedHeader(type, id, key.algorithm)
                table[Substring(decoding: header, as: UTF8.self)] = (key, type)
            }
        }
        self.keys = table
    }

    /// What a token says in the compact serialisation (RFC 7515 §7.1); nil unless one of the keys signed it. When it
    /// expires, and whom it is for, is not looked at.
    package func callAsFunction(_ token: String) -> VerifiedToken? {
        // ASCII: in other text, parts would be looked for by grapheme.
        guard token.utf8.count <= Self.mostBytes, token.utf8.isASCII else { return nil }
        return verified.token(token) { verify(token) }
    }

    private func verify(_ token: String) -> VerifiedToken? {
        let parts = token.split(separator: ".", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let (key, type) = keys[parts[0]], let signature = Base64URL.bytes(parts[2].utf8),
            key.isValid(signature, over: token[..<parts[1].endIndex].utf8),
            let payload = Base64URL.bytes(parts[1].utf8)
        else { return nil }
        return VerifiedToken(type, payload: payload)
    }
}
