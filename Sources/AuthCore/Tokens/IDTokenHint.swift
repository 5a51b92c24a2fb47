import Foundation

/// Reads an `id_token_hint` (OpenID Connect Core 1.0 §3.1.2.1, RP-Initiated Logout 1.0 §2): expired or not, and under a key
/// that may have left the JWK Set since.
package struct IDTokenHint: Sendable {
    private static let mostBytes = 1_024
    private let keyRing: CurrentKeyRing
    private let issuer: String
    private let store: any Store
    private let time: any TimeSource

    /// - Parameters:
    ///   - issuer: `iss` of our tokens.
    ///   - store: knows the keys that have left.
    package init(keyRing: CurrentKeyRing, issuer: String, store: any Store, time: any TimeSource) {
        self.keyRing = keyRing
        self.issuer = issuer
        self.store = store
        self.time = time
    }

    /// What the ID token says; nil unless it is one of ours.
    /// - Throws: ``AuthError/unavailable(_:)``.
    package func callAsFunction(_ hint: String) async throws -> VerifiedToken? {
        if let token = keyRing.current?.set.verifier(hint) { return checked(token) }
        guard let id = Self.keyID(of: hint) else { return nil }
        let now = time.now
        let retired = try await store.read { transaction in try transaction.retiredKey(id, at: now) }
        guard let retired, let key = try? PublicKey(retired.algorithm, encoded: Data(retired.encoded)) else {
            return nil
        }
        return TokenVerifier([(id, key)])(hint).flatMap(checked)
    }

    /// Whose ID token it is; nil unless it is one of ours for this client.
    /// - Throws: ``AuthError/unavailable(_:)``.
    package func user(_ hint: String, of client: ClientID) async throws -> UserID? {
        guard let token = try await self(hint), token.audience == [client.text] else { return nil }
        return token.user
    }

    private func checked(_ token: VerifiedToken) -> VerifiedToken? {
        token.isIDToken(of: issuer) && token.audience.count == 1 ? token : nil
    }

    /// Under which key it says it is: only where to look.
    private static func keyID(of token: String) -> KeyID? {
        struct Header: Decodable {
            let kid: String
        }
        let header = token.utf8.prefix { $0 != UInt8(ascii: ".") }
        guard header.count <= mostBytes, let bytes = Base64URL.bytes(header),
            let kid = (try? JSONDecoder().decode(Header.self, from: Data(bytes)))?.kid, kid.utf8.count <= 19
        else { return nil }
        return Int64(kid).map { KeyID($0) }
    }
}
