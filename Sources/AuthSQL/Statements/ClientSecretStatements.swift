import AuthCore

extension SQLStatement {
    fileprivate static let selectSecrets = SQLStatement(
        """
        SELECT client_id, hash, created_at, expires_at FROM client_secrets WHERE client_id = ?
        ORDER BY created_at, expires_at IS NULL
        """)
    /// Changes nothing but who may change the client's secrets meanwhile.
    fileprivate static let holdConfidentialClient = SQLStatement(
        "UPDATE clients SET name = name WHERE id = ? AND kind = 'confidential'")
    fileprivate static let deleteEndedSecrets = SQLStatement(
        "DELETE FROM client_secrets WHERE client_id = ? AND expires_at <= ?")
    fileprivate static let deleteSecrets = SQLStatement("DELETE FROM client_secrets WHERE client_id = ?")
    fileprivate static let endSecret = SQLStatement(
        """
        UPDATE client_secrets SET expires_at = ? WHERE client_id = ? AND expires_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM client_secrets AS other
                WHERE other.client_id = client_secrets.client_id AND other.expires_at IS NOT NULL)
        """)
    /// Where the one before is not ending there is a current one, and the database's index refuses a second.
    fileprivate static let insertSecret = SQLStatement(
        "INSERT INTO client_secrets (client_id, hash, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
}

/// The secrets of clients.
extension SQLTransaction {
    func secrets(of client: ClientID) throws -> [ClientSecretRecord] {
        try driver.fetch(.selectSecrets, .text(client.text)).map { row in try secret(row, from: 1) }
    }

    /// A row that has a secret's columns from this one on.
    func secret(_ row: SQLRow, from index: Int) throws -> ClientSecretRecord {
        ClientSecretRecord(
            digest: ClientSecretDigest(
                stored: try row.bytes(index, "client_secrets.hash", count: ClientSecretDigest.length)),
            createdAt: try row.moment(index + 1, "client_secrets.created_at"),
            expiresAt: try row.optionalMoment(index + 2, "client_secrets.expires_at"))
    }

    func addSecret(
        _ digest: ClientSecretDigest, to client: ClientID, at moment: Timestamp, endingOthersAt end: Timestamp?
    ) throws -> Bool {
        guard try driver.change(.holdConfidentialClient, .text(client.text)) == 1 else { return false }
        if let end {
            try driver.run(.deleteEndedSecrets, .text(client.text), .milliseconds(moment))
            try driver.run(.endSecret, .milliseconds(end), .text(client.text))
        } else {
            try driver.run(.deleteSecrets, .text(client.text))
        }
        return try insertSecret(digest, of: client, at: moment)
    }

    /// - Returns: false when there is a current one.
    func insertSecret(_ digest: ClientSecretDigest, of client: ClientID, at moment: Timestamp) throws -> Bool {
        try driver.change(.insertSecret, .text(client.text), .bytes(digest.bytes), .milliseconds(moment)) == 1
    }
}
