import AuthCore

extension SQLStatement {
    fileprivate static let selectKeyPropagation = SQLStatement(
        "SELECT node, kid, known, aware, recorded_at FROM key_propagation ORDER BY node")
    fileprivate static let recordKeyPropagation = SQLStatement(
        """
        INSERT INTO key_propagation (node, kid, known, aware, recorded_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (node) DO UPDATE SET kid = excluded.kid, known = excluded.known, aware = excluded.aware,
            recorded_at = excluded.recorded_at
        """)
    fileprivate static let deleteKeyPropagation = SQLStatement("DELETE FROM key_propagation WHERE recorded_at < ?")
}

extension SQLTransaction: KeyPropagationWrites {
    func keyPropagation() throws -> [NodePropagation] {
        // Evidence only: a row that cannot be read tells nothing, and stops nothing.
        try driver.fetch(.selectKeyPropagation).compactMap { row in try? propagation(row) }
    }

    private func propagation(_ row: SQLRow) throws -> NodePropagation {
        NodePropagation(
            node: try row.text(0, "key_propagation.node"),
            propagation: KeyPropagation(
                newest: KeyID(try row.integer(1, "key_propagation.kid")),
                known: Int(try row.integer(2, "key_propagation.known")),
                aware: Int(try row.integer(3, "key_propagation.aware"))),
            recordedAt: try row.moment(4, "key_propagation.recorded_at"))
    }

    func record(_ propagation: NodePropagation) throws {
        try driver.run(
            .recordKeyPropagation, .text(propagation.node), .integer(propagation.propagation.newest.number),
            .integer(Int64(propagation.propagation.known)), .integer(Int64(propagation.propagation.aware)),
            .milliseconds(propagation.recordedAt))
    }

    func deleteKeyPropagation(recordedBefore moment: Timestamp) throws {
        try driver.run(.deleteKeyPropagation, .milliseconds(moment))
    }
}
