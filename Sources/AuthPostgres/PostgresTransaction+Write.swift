import AuthCore

extension PostgresTransaction: WriteTransaction {
    func insert(_ user: NewUser) throws {
        // A constraint that refuses is thrown here, where the port says so.
        _ = try fetch(
            .insertUser, .text(user.username.text), .text(user.passwordHash.phcString), .optional(user.email?.text),
            .moment(user.registeredAt))
    }

    func recordLogin(of user: UserID, at moment: Timestamp) throws {
        enqueue(.recordLogin, .integer(user), .moment(moment))
    }

    func replacePasswordHash(of user: UserID, from old: PasswordHash, to new: PasswordHash) throws -> Bool {
        try fetch(.replacePasswordHash, .integer(user), .text(old.phcString), .text(new.phcString)).changes == 1
    }

    func append(_ entry: AuthLogEntry) throws {
        enqueue(.appendLog, .text(entry.clientAddress), .moment(entry.moment), .optional(entry.userID))
    }

    func nextKeyID() throws -> KeyID {
        lockKeys()
        return KeyID(try fetch(.nextKeyID).integer(0, 0))
    }

    func insert(_ key: StoredKey) throws {
        lockKeys()
        enqueue(.insertKey, .integer(key.id.number), .bytes(key.sealed), .integer(key.exp))
        enqueue(.noteKeyID, .integer(key.id.number))
        writeState(of: key)
    }

    func update(_ key: StoredKey) throws {
        lockKeyRows()
        enqueue(.updateKey, .integer(key.id.number), .bytes(key.sealed), .integer(key.exp))
        writeState(of: key)
    }

    func deleteKey(_ id: KeyID) throws {
        lockKeyRows()
        enqueue(.deleteKey, .integer(id.number))
    }

    func reserveSigning(under id: KeyID, until moment: Timestamp, withdrawnAt: Timestamp) throws -> Bool {
        let answer = try fetch(
            .reserveSigning, .integer(id.number), .integer(moment.milliseconds), .integer(withdrawnAt.secondsRoundedUp))
        return answer.changes == 1
    }

    func insert(_ key: KeyEncryptionKeyRecord) throws {
        lockKeys()
        enqueue(
            .insertKeyEncryptionKey, .text(key.id.description), .bytes(key.salt), .integer(Int64(key.memoryKiB)),
            .integer(Int64(key.passes)), .bytes(key.checkValue), .integer(key.createdAt.milliseconds),
            key.handover.map(Parameter.bytes) ?? .null)
    }

    func deleteKeyEncryptionKey(_ id: KeyEncryptionKeyID) throws {
        lockKeys()
        enqueue(.deleteKeyEncryptionKey, .text(id.description))
    }

    func record(_ readiness: KeyPropagation) throws {
        enqueue(.deleteReadiness, .integer(readiness.newest.number))
        enqueue(
            .insertReadiness, .integer(readiness.newest.number), .integer(Int64(readiness.known)),
            .integer(Int64(readiness.aware)))
    }

    private func writeState(of key: StoredKey) {
        guard let record = key.record else { return enqueue(.deleteKeyState, .integer(key.id.number)) }
        enqueue(
            .writeKeyState, .integer(key.id.number), .text(record.state.rawValue),
            .integer(record.publishedAt.milliseconds), .integer(record.activatesAt.milliseconds),
            .optional(record.retiredAt?.milliseconds), .optional(record.latestTokenExpiry?.milliseconds))
    }
}
