extension KeySealer {
    /// `secret` of 32 bytes, sealed under the key in force.
    package func seal(tokenSecret secret: [UInt8], id: UInt32, at now: Timestamp) throws -> SealedTokenSecret {
        SealedTokenSecret(
            id: id, sealed: try SealedKeyFormat.seal(tokenSecret: secret, id: id, under: key), createdAt: now)
    }

    /// What `stored` holds: 32 bytes.
    /// - Throws: ``OperatorError/damaged(_:)``, which says what to do.
    package func open(_ stored: SealedTokenSecret) throws(OperatorError) -> [UInt8] {
        do {
            return try SealedKeyFormat.openTokenSecret(stored.sealed, id: stored.id, under: key)
        } catch {
            throw .damaged(
                "the secret of refresh tokens, row \(stored.id) of token_secrets, cannot be opened: \(error.rawValue);"
                    + " restore the database from a backup, or delete the row and start again: users sign in anew then")
        }
    }

    /// `stored` under the key of `successor`; itself where it does not open, which no key changes.
    func reseal(_ stored: SealedTokenSecret, under successor: KeySealer) throws -> SealedTokenSecret {
        guard let secret = try? open(stored) else { return stored }
        return try successor.seal(tokenSecret: secret, id: stored.id, at: stored.createdAt)
    }
}
