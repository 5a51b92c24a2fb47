import AuthCore

extension SQLStatement {
    fileprivate static let selectKeySights = SQLStatement(
        "SELECT kid, state, correction, noted_at, boot, uptime FROM key_sights ORDER BY kid, boot")
    fileprivate static let recordKeySight = SQLStatement(
        """
        INSERT INTO key_sights (kid, state, correction, noted_at, boot, uptime) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (boot, kid) DO UPDATE SET state = excluded.state, correction = excluded.correction,
            noted_at = excluded.noted_at, uptime = excluded.uptime
        """)
    fileprivate static let deleteKeySights = SQLStatement("DELETE FROM key_sights WHERE noted_at < ? AND boot <> ?")
}

extension SQLTransaction: KeySightWrites {
    func keySights() throws -> [KeySight] {
        try driver.fetch(.selectKeySights).compactMap { row in
            // What cannot be read is no evidence, and no reason not to start; the next note replaces it.
            try? KeySight(
                id: KeyID(row.integer(0, "key_sights.kid")), state: row.word(1, "key_sights.state"),
                correction: .milliseconds(row.integer(2, "key_sights.correction")),
                notedAt: row.moment(3, "key_sights.noted_at"),
                boot: BootReading(
                    boot: row.text(4, "key_sights.boot"),
                    uptime: .milliseconds(row.integer(5, "key_sights.uptime"))))
        }
    }

    func record(_ sight: KeySight) throws {
        try driver.run(
            .recordKeySight, .integer(sight.id.number), .text(sight.state.rawValue),
            .integer(sight.correction.milliseconds), .milliseconds(sight.notedAt), .text(sight.boot.boot),
            .integer(sight.boot.uptime.milliseconds))
    }

    func deleteKeySights(notedBefore moment: Timestamp, exceptOf boot: String) throws {
        try driver.run(.deleteKeySights, .milliseconds(moment), .text(boot))
    }
}
