import Crypto

/// What a client fetches its tokens with, once (RFC 6749 §4.1.2). The store knows its hash alone.
package struct AuthorizationCode: Sendable {
    /// SHA-256 of the code.
    package let hash: [UInt8]
    /// What it fetches.
    package let grant: GrantID
    /// Where it was sent.
    package let redirectURI: String
    /// The S256 challenge (RFC 7636 §4.2), nil where the client sent none.
    package let challenge: String?
    /// For the ID token, as the client sent it.
    package let nonce: String?
    /// From then on it fetches nothing.
    package let expiresAt: Timestamp

    /// A code with these bindings.
    /// - Parameter hash: of the code's text, see ``hash(of:)``.
    package init(
        hash: [UInt8], grant: GrantID, redirectURI: String, challenge: String?, nonce: String?, expiresAt: Timestamp
    ) {
        self.hash = hash
        self.grant = grant
        self.redirectURI = redirectURI
        self.challenge = challenge
        self.nonce = nonce
        self.expiresAt = expiresAt
    }

    /// What the store keeps of a secret that we made ourselves of at least 256 random bits: it cannot be guessed, so a
    /// plain hash is enough.
    package static func hash(of secret: String) -> [UInt8] { SHA256.hash(data: Array(secret.utf8)).bytes }
}

/// A code as a client brings it to the token endpoint.
package struct CodeRedemption: Sendable {
    /// SHA-256 of the code.
    package let hash: [UInt8]
    /// Who brings it, authenticated or public.
    package let client: ClientID
    /// As sent to the token endpoint; nil where a client of OAuth 2.1 sent none, which PKCE then has to make up for.
    package let redirectURI: String?
    /// Made from the verifier (RFC 7636 §4.6), nil where none was sent: it has to be there if and only if the code was
    /// bound to one.
    package let challenge: String?

    /// A code that is brought.
    package init(hash: [UInt8], client: ClientID, redirectURI: String?, challenge: String?) {
        self.hash = hash
        self.client = client
        self.redirectURI = redirectURI
        self.challenge = challenge
    }

    /// What became of it.
    package enum Outcome: Equatable, Sendable {
        /// It is used up now.
        case redeemed(GrantID, nonce: String?)
        /// Everything about it is right, and it was used before: whose it was is not to be trusted any more.
        case reused(GrantID)
        /// Unknown, over, or bound to something else; nothing was changed.
        case refused
    }
}
