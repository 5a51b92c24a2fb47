import Crypto

/// A code challenge of PKCE with the method S256, the only one that is taken: RFC 7636 §4.2.
package struct CodeChallenge: Hashable, Sendable {
    /// 43 characters of base64url.
    package let text: String

    /// nil for what no verifier leads to.
    package init?(_ text: String) {
        guard text.utf8.count == 43, text.utf8.allSatisfy({ $0.isAlphanumeric || "-_".utf8.contains($0) }) else {
            return nil
        }
        self.text = text
    }

    /// What a verifier leads to; nil for what is none: 43 to 128 unreserved characters (RFC 7636 §4.1).
    package init?(verifier: String) {
        guard (43...128).contains(verifier.utf8.count),
            verifier.utf8.allSatisfy({ $0.isAlphanumeric || "-._~".utf8.contains($0) })
        else { return nil }
        text = Base64URL.text(SHA256.hash(data: Array(verifier.utf8)).bytes)
    }

    /// Whether a token request proves that it comes from whoever sent the authorization request: a verifier if and only if
    /// there was a challenge (RFC 9700 §4.8.2).
    package static func isAnswered(_ challenge: CodeChallenge?, by verifier: String?) -> Bool {
        guard let verifier else { return challenge == nil }
        guard let challenge, let answer = CodeChallenge(verifier: verifier) else { return false }
        return challenge == answer
    }
}
