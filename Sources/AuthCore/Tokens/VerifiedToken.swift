import Foundation

/// What a token says whose signature is ours. Whether it still holds is another question.
package struct VerifiedToken: Equatable, Sendable {
    /// `typ` in its header.
    package let type: TokenType
    /// `iss`.
    package let issuer: String
    /// `sub`.
    package let subject: String
    /// `aud`: one or several.
    package let audience: [String]
    /// `iat`.
    package let issuedAt: Timestamp
    /// `exp`.
    package let expiresAt: Timestamp
    /// `jti`; an ID token has none.
    package let tokenID: String?
    /// `client_id`, which an OAuth access token has (RFC 9068 §2.2).
    package let clientID: String?
    /// `scope`, a name each.
    package let scopes: [Scope]
    /// `gid`: the grant that it hangs on.
    package let grant: GrantID?
    /// `sid`.
    package let session: String?

    /// An account's number in `sub`; nil for a client's token.
    package var user: UserID? { clientID == subject ? nil : UserID(subject) }

    /// Whether it is an ID token of this issuer; an access token is none (RFC 8725 §3.12): it has a `jti`.
    func isIDToken(of issuer: String) -> Bool {
        self.issuer == issuer && type == .jwt && tokenID == nil && clientID == nil
    }

    /// nil unless the JWS payload has the claims that every token of ours has.
    init?(_ type: TokenType, payload: [UInt8]) {
        guard let claims = try? JSONDecoder().decode(Claims.self, from: Data(payload)) else { return nil }
        self.type = type
        issuer = claims.iss
        subject = claims.sub
        audience = claims.aud.texts
        issuedAt = Timestamp(seconds: claims.iat)
        expiresAt = Timestamp(seconds: claims.exp)
        tokenID = claims.jti
        clientID = claims.client_id
        scopes = (claims.scope ?? "").split(separator: " ").map { Scope(stored: String($0)) }
        grant = claims.gid.flatMap { Base64URL.bytes($0.utf8) }.flatMap { GrantID($0) }
        session = claims.sid
        // A token that names a grant hangs on it.
        guard claims.gid == nil || grant != nil else { return nil }
    }

    private struct Claims: Decodable {
        let iss: String
        let sub: String
        let aud: Audience
        let iat: Int64
        let exp: Int64
        let jti: String?
        let client_id: String?
        let scope: String?
        let gid: String?
        let sid: String?
    }

    private struct Audience: Decodable {
        let texts: [String]

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            texts = try (try? container.decode(String.self)).map { [$0] } ?? container.decode([String].self)
        }
    }
}
