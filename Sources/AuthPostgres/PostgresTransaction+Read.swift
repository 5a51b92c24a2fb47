import AuthCore

extension PostgresTransaction: ReadTransaction {
    func user(named spellings: [String]) throws -> User? {
        // PostgreSQL holds no NUL in a text, and libpq would send the name only as far as it.
        for spelling in spellings where !spelling.utf8.contains(0) {
            let answer = try fetch(.findUser, .text(spelling))
            if answer.rowCount > 0 {
                return User(
                    id: try answer.integer(0, 0), username: answer.text(0, 1) ?? "",
                    passwordHash: PasswordHash(phcString: answer.text(0, 2) ?? ""))
            }
        }
        return nil
    }

    func keys() throws -> [StoredKey] {
        try needSnapshot()
        lockKeyRows()
        let answer = try fetch(.selectKeys)
        return try (0..<answer.rowCount).map { row in
            var key = StoredKey(
                id: KeyID(try answer.integer(row, 0)), sealed: try answer.bytes(row, 1),
                exp: try answer.integer(row, 2), record: nil)
            if let state = answer.text(row, 3).flatMap(KeyState.init(rawValue:)) {
                key.record = KeyLifecycle(
                    id: key.id, state: state, publishedAt: Timestamp(milliseconds: try answer.integer(row, 4)),
                    activatesAt: Timestamp(milliseconds: try answer.integer(row, 5)),
                    retiredAt: answer.text(row, 6).flatMap(Int64.init).map(Timestamp.init(milliseconds:)),
                    latestTokenExpiry: answer.text(row, 7).flatMap(Int64.init).map(Timestamp.init(milliseconds:)),
                    withdrawnAt: Timestamp(seconds: key.exp))
            }
            return key
        }
    }

    func keyEncryptionKeys() throws -> [KeyEncryptionKeyRecord] {
        try needSnapshot()
        lockKeys()
        let answer = try fetch(.selectKeyEncryptionKeys)
        return try (0..<answer.rowCount).map { row in
            KeyEncryptionKeyRecord(
                id: KeyEncryptionKeyID(answer.text(row, 0).flatMap { UInt64($0, radix: 16) } ?? 0),
                salt: try answer.bytes(row, 1), memoryKiB: Int(try answer.integer(row, 2)),
                passes: Int(try answer.integer(row, 3)), checkValue: try answer.bytes(row, 4),
                createdAt: Timestamp(milliseconds: try answer.integer(row, 5)),
                handover: answer.text(row, 6) == nil ? nil : try answer.bytes(row, 6))
        }
    }

    func successfulLogins(from start: Timestamp, to end: Timestamp) throws -> Int {
        Int(try fetch(.countLogins, .moment(start), .moment(end)).integer(0, 0))
    }

    func keyPropagation() throws -> KeyPropagation? {
        let answer = try fetch(.selectReadiness)
        guard answer.rowCount > 0 else { return nil }
        return KeyPropagation(
            newest: KeyID(try answer.integer(0, 0)), known: Int(try answer.integer(0, 1)),
            aware: Int(try answer.integer(0, 2)))
    }
}

extension Parameter {
    /// A `timestamptz`, to the second like the other adapter's text.
    static func moment(_ moment: Timestamp) -> Parameter { .text(utcText(moment) + "+00") }
}
