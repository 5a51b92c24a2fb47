import AuthCore

extension SQLStatement {
    fileprivate static let insertCode = SQLStatement(
        """
        INSERT INTO authorization_codes (hash, grant_id, redirect_uri, challenge, nonce, expires_at)
        VALUES (?, ?, ?, ?, ?, ?)
        """)
    fileprivate static let hasCode = SQLStatement("SELECT 1 FROM authorization_codes WHERE hash = ?")
    /// A challenge that is none stands for itself: it has to be there if and only if the code has one.
    private static let isBoundTo = """
        hash = ? AND (redirect_uri = ? OR (challenge IS NOT NULL AND CAST(? AS bigint) = 1))
            AND coalesce(challenge, '') = ?
            AND EXISTS (SELECT 1 FROM grants WHERE grants.id = grant_id AND client_id = ? AND ended_at IS NULL
                AND grants.expires_at > ?)
        """
    fileprivate static let redeemCode = SQLStatement(
        """
        UPDATE authorization_codes SET used_at = ? WHERE used_at IS NULL AND expires_at > ? AND \(isBoundTo)
        RETURNING grant_id, nonce, expires_at
        """)
    fileprivate static let selectUsedCode = SQLStatement(
        "SELECT grant_id FROM authorization_codes WHERE used_at IS NOT NULL AND \(isBoundTo)")
    /// As many codes as a step takes, the oldest first: what is left of the two statements is looked at in the next.
    private static let oldestCodes = """
        SELECT hash, grant_id, used_at FROM authorization_codes WHERE expires_at < ?
        ORDER BY expires_at LIMIT \(PruningPace.step)
        """
    /// What nobody fetched: no token hangs on it, and none ever will. Its code goes with it. The grant is taken first, as by
    /// whoever deletes its user, so that nobody waits for each other.
    static let deleteSomeUnfetchedGrants = SQLStatement { dialect in
        """
        DELETE FROM grants WHERE id IN
            (SELECT id FROM grants
            WHERE id IN (SELECT grant_id FROM (\(oldestCodes)) AS oldest WHERE used_at IS NULL)
            \(dialect.unlessLocked))
        """
    }
    static let deleteSomeUsedCodes = SQLStatement { dialect in
        """
        DELETE FROM authorization_codes WHERE hash IN
            (SELECT hash FROM (\(oldestCodes) \(dialect.unlessLocked)) AS oldest WHERE used_at IS NOT NULL)
        """
    }
}

/// The rest of the grants' slice: the codes that fetch them.
extension SQLTransaction {
    func insert(_ code: AuthorizationCode) throws {
        _ = try driver.change(
            .insertCode, .bytes(code.hash), .bytes(code.grant.bytes), .text(code.redirectURI),
            .optional(code.challenge), .optional(code.nonce), .milliseconds(code.expiresAt))
    }

    func hasCode(_ hash: [UInt8]) throws -> Bool { try !driver.fetch(.hasCode, .bytes(hash)).isEmpty }

    func redeem(_ redemption: CodeRedemption, at moment: Timestamp) throws -> CodeRedemption.Outcome {
        let bindings: [SQLValue] = [
            .bytes(redemption.hash), .text(redemption.redirectURI ?? ""),
            .integer(redemption.redirectURI == nil ? 1 : 0), .text(redemption.challenge ?? ""),
            .text(redemption.client.text), .milliseconds(moment),
        ]
        let now = SQLValue.milliseconds(moment)
        if let row = try driver.fetch(.redeemCode, values: [now, now] + bindings).first {
            // SQLite takes a text for later than every moment.
            _ = try row.moment(2, "authorization_codes.expires_at")
            let nonce = row.isNull(1) ? nil : try row.text(1, "authorization_codes.nonce")
            return .redeemed(try grantID(row), nonce: nonce)
        }
        guard let used = try driver.fetch(.selectUsedCode, values: bindings).first else { return .refused }
        return .reused(try grantID(used))
    }

    private func grantID(_ row: SQLRow) throws -> GrantID {
        guard let id = GrantID(try row.bytes(0, "authorization_codes.grant_id")) else {
            throw row.damaged("authorization_codes.grant_id", "it is no grant's")
        }
        return id
    }
}
