import AuthCore

extension SQLStatement {
    fileprivate static let selectKeyEncryptionKeys = SQLStatement { dialect in
        """
        SELECT id, salt, memory_kib, passes, check_value, created_at, handover
        FROM key_encryption_keys ORDER BY created_at, \(dialect.insertionOrder)
        """
    }
    fileprivate static let insertKeyEncryptionKey = SQLStatement(
        """
        INSERT INTO key_encryption_keys (id, salt, memory_kib, passes, check_value, created_at, handover)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    fileprivate static let deleteKeyEncryptionKey = SQLStatement("DELETE FROM key_encryption_keys WHERE id = ?")
}

/// The rest of the keys' slice: what seals them.
extension SQLTransaction {
    func keyEncryptionKeys() throws -> [KeyEncryptionKeyRecord] {
        try driver.lock(.keys)
        return try driver.fetch(.selectKeyEncryptionKeys).map { row in
            KeyEncryptionKeyRecord(
                id: try keyEncryptionKeyID(row), salt: try row.bytes(1, "key_encryption_keys.salt", count: 16),
                // Bounded: a start must not wait for what no start would end.
                memoryKiB: Int(try row.integer(2, "key_encryption_keys.memory_kib", in: 8...1_048_576)),
                passes: Int(try row.integer(3, "key_encryption_keys.passes", in: 1...64)),
                checkValue: try row.bytes(4, "key_encryption_keys.check_value", count: 32),
                createdAt: try row.moment(5, "key_encryption_keys.created_at"),
                handover: row.isNull(6) ? nil : try row.bytes(6, "key_encryption_keys.handover"))
        }
    }

    /// 16 hexadecimal digits, and nothing that merely reads as the same number.
    private func keyEncryptionKeyID(_ row: SQLRow) throws -> KeyEncryptionKeyID {
        let text = try row.text(0, "key_encryption_keys.id")
        guard let id = UInt64(text, radix: 16).map(KeyEncryptionKeyID.init), id.description == text else {
            throw row.damaged("key_encryption_keys.id", "it is not 16 hexadecimal digits")
        }
        return id
    }

    func insert(_ key: KeyEncryptionKeyRecord) throws {
        try driver.lock(.keys)
        try driver.run(
            .insertKeyEncryptionKey, .text(key.id.description), .bytes(key.salt), .integer(Int64(key.memoryKiB)),
            .integer(Int64(key.passes)), .bytes(key.checkValue), .milliseconds(key.createdAt),
            .optional(key.handover))
    }

    func deleteKeyEncryptionKey(_ id: KeyEncryptionKeyID) throws {
        try driver.lock(.keys)
        driver.noteErasure()
        try driver.run(.deleteKeyEncryptionKey, .text(id.description))
    }
}
