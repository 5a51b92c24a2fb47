import JWKSVerifier

/// Tells tokens of ours from all others: a pure function of the public keys that verifiers are shown.
///
/// Nothing of a header is believed: a token has one of the headers that we write, byte for byte, or is none of ours. So
/// the algorithm is always the key's (RFC 8725 §3.1), and no member of a header that we never write can mean anything.
package struct TokenVerifier: Sendable {
    /// No token of ours is as long.
    private static let mostBytes = 16_384
    private let keys: [ExactText: (key: VerificationKey, type: TokenType)]
    /// Of these keys: with a key that is published no more, what it signed is forgotten.
    private let verified = VerifiedTokens()

    /// Of these keys.
    package init(_ keys: [(id: KeyID, key: PublicKey)]) {
        var table: [ExactText: (key: VerificationKey, type: TokenType)] = [:]
        for (id, key) in keys {
            for type in TokenType.ofAccessTokens {
                let header = SigningKey.encodedHeader(type, id, key.algorithm)
                table[ExactText(String(decoding: header, as: UTF8.self))] = (key.verificationKey, type)
            }
        }
        self.keys = table
    }

    /// What a token says in the compact serialisation (RFC 7515 §7.1); nil unless one of the keys signed it. When it
    /// expires, and whom it is for, is not looked at.
    package func callAsFunction(_ token: String) -> VerifiedToken? {
        guard token.utf8.count <= Self.mostBytes else { return nil }
        return verified.token(token) { verify(token) }
    }

    private func verify(_ token: String) -> VerifiedToken? {
        guard let jws = CompactJWS(token, mostBytes: Self.mostBytes),
            let (key, type) = keys[ExactText(String(decoding: jws.encodedHeader, as: UTF8.self))],
            jws.isSigned(by: key), let payload = jws.payload
        else { return nil }
        return VerifiedToken(type, payload: payload)
    }
}
