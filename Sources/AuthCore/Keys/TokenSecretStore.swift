/// A secret that tokens are authenticated with, as the store keeps it: sealed like a signing key, and in no JWK Set.
package struct SealedTokenSecret: Equatable, Sendable {
    /// Its number, in every token that was made with it.
    package let id: UInt32
    /// See ``SealedKeyFormat``.
    package var sealed: [UInt8]
    /// When it was made.
    package let createdAt: Timestamp

    /// A secret with these columns.
    package init(id: UInt32, sealed: [UInt8], createdAt: Timestamp) {
        self.id = id
        self.sealed = sealed
        self.createdAt = createdAt
    }
}

/// The token secrets' slice of the store: what may be read.
package protocol TokenSecretReads {
    /// Every secret, by its number.
    func tokenSecrets() throws -> [SealedTokenSecret]
}

/// The token secrets' slice of the store: what may be changed.
package protocol TokenSecretWrites: TokenSecretReads {
    /// Adds a secret under its number: once, whoever does so at the same time.
    /// - Returns: false where there is one with this number.
    func insert(_ secret: SealedTokenSecret) throws -> Bool
    /// Replaces what is sealed, where there is a secret with this number.
    func update(_ secret: SealedTokenSecret) throws
}
