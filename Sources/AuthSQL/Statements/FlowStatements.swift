import AuthCore

extension SQLStatement {
    fileprivate static let selectFlow = SQLStatement(
        "SELECT request, expires_at, done_at, claim, claimed_until FROM flows WHERE hash = ? AND browser = ? AND expires_at > ?"
    )
    fileprivate static let insertFlow = SQLStatement(
        "INSERT INTO flows (hash, browser, request, expires_at, done_at) VALUES (?, ?, ?, ?, ?)")
    fileprivate static let claimFlow = SQLStatement(
        """
        UPDATE flows SET claim = ?, claimed_until = ?
        WHERE hash = ? AND browser = ? AND done_at IS NULL AND expires_at > ?
            AND (claimed_until IS NULL OR claimed_until <= ?)
        """)
    fileprivate static let releaseFlow = SQLStatement(
        "UPDATE flows SET claimed_until = NULL WHERE hash = ? AND claim = ?")
    fileprivate static let finishFlow = SQLStatement(
        "UPDATE flows SET done_at = ? WHERE hash = ? AND browser = ? AND done_at IS NULL AND expires_at > ?")
    fileprivate static let deleteSomeFlows = deletion(of: "flows", key: "hash")
}

extension SQLTransaction: FlowWrites {
    func flow(_ hash: [UInt8], browser: [UInt8], at moment: Timestamp) throws -> Flow? {
        try driver.fetch(.selectFlow, .bytes(hash), .bytes(browser), .milliseconds(moment)).first.map { row in
            Flow(
                hash: hash, browser: browser, request: try row.text(0, "flows.request"),
                expiresAt: try row.moment(1, "flows.expires_at"), doneAt: try row.optionalMoment(2, "flows.done_at"),
                claim: row.isNull(3)
                    ? nil
                    : FlowClaim(
                        nonce: try row.bytes(3, "flows.claim", count: FlowClaim.nonceLength),
                        until: try row.optionalMoment(4, "flows.claimed_until")))
        }
    }

    func insert(_ flow: Flow) throws {
        _ = try driver.change(
            .insertFlow, .bytes(flow.hash), .bytes(flow.browser), .text(flow.request), .milliseconds(flow.expiresAt),
            .optional(flow.doneAt))
    }

    func claimFlow(
        _ hash: [UInt8], browser: [UInt8], nonce: [UInt8], at moment: Timestamp, until end: Timestamp
    ) throws -> Bool {
        let now = SQLValue.milliseconds(moment)
        return try driver.change(
            .claimFlow, .bytes(nonce), .milliseconds(end), .bytes(hash), .bytes(browser), now, now) == 1
    }

    func releaseFlow(_ hash: [UInt8], nonce: [UInt8]) throws -> Bool {
        try driver.change(.releaseFlow, .bytes(hash), .bytes(nonce)) == 1
    }

    func finishFlow(_ hash: [UInt8], browser: [UInt8], at moment: Timestamp) throws -> Bool {
        try driver.change(
            .finishFlow, .milliseconds(moment), .bytes(hash), .bytes(browser), .milliseconds(moment)) == 1
    }

    func deleteSomeFlows(overBefore moment: Timestamp) throws -> Int {
        try driver.change(.deleteSomeFlows, .milliseconds(moment))
    }
}
