import AuthCore

extension SQLStatement {
    fileprivate static let selectTokenSecrets = SQLStatement(
        "SELECT id, sealed, created_at FROM token_secrets ORDER BY id")
    fileprivate static let insertTokenSecret = SQLStatement(
        "INSERT INTO token_secrets (id, sealed, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING")
    fileprivate static let updateTokenSecret = SQLStatement("UPDATE token_secrets SET sealed = ? WHERE id = ?")
}

extension SQLTransaction: TokenSecretWrites {
    func tokenSecrets() throws -> [SealedTokenSecret] {
        try driver.fetch(.selectTokenSecrets).map { row in
            SealedTokenSecret(
                id: UInt32(
                    truncatingIfNeeded: try row.integer(0, "token_secrets.id", in: 0...Int64(UInt32.max))),
                sealed: try row.bytes(1, "token_secrets.sealed"),
                createdAt: try row.moment(2, "token_secrets.created_at"))
        }
    }

    func insert(_ secret: SealedTokenSecret) throws -> Bool {
        try driver.change(
            .insertTokenSecret, .integer(Int64(secret.id)), .bytes(secret.sealed), .milliseconds(secret.createdAt))
            == 1
    }

    func update(_ secret: SealedTokenSecret) throws {
        driver.noteErasure()
        try driver.run(.updateTokenSecret, .bytes(secret.sealed), .integer(Int64(secret.id)))
    }
}
