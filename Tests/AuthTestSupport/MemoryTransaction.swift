import AuthCore

/// One unit of work of a ``MemoryStore``, on a copy of its state.
final class MemoryTransaction {
    private(set) var state: MemoryState

    init(_ state: MemoryState) { self.state = state }

    private func index(of user: UserID) -> Int? { state.accounts.firstIndex { $0.user.id == user } }

    private func index(of key: KeyID) -> Int? { state.keys.firstIndex { $0.id == key } }
}

extension MemoryTransaction: ReadTransaction {
    func user(named spellings: [String]) throws -> User? {
        for spelling in spellings {
            if let account = state.accounts.first(where: { $0.user.username.isSameBytes(as: spelling) }) {
                return account.user
            }
        }
        return nil
    }

    func keys() throws -> [StoredKey] { state.keys }

    func keyEncryptionKeys() throws -> [KeyEncryptionKeyRecord] { state.sortedKeyEncryptionKeys }

    func successfulLogins(from start: Timestamp, to end: Timestamp) throws -> Int {
        let seconds = start.seconds...max(start.seconds, end.seconds)
        return state.authLog.count { $0.userID != nil && seconds.contains($0.moment.seconds) }
    }

    func keyPropagation() throws -> KeyPropagation? { state.readiness }
}

extension MemoryTransaction: WriteTransaction {
    func insert(_ user: NewUser) throws {
        let name = user.username.text
        guard !state.accounts.contains(where: { $0.user.username.isSameBytes(as: name) }) else {
            throw AuthError.usernameTaken
        }
        if let email = user.email?.text, state.accounts.contains(where: { $0.email?.isSameBytes(as: email) == true }) {
            throw AuthError.emailTaken
        }
        let id = UserID(state.accounts.count + 1)
        state.accounts.append(
            MemoryState.Account(
                user: User(id: id, username: name, passwordHash: user.passwordHash), email: user.email?.text,
                registeredAt: user.registeredAt))
    }

    func recordLogin(of user: UserID, at moment: Timestamp) throws {
        if index(of: user) != nil { state.lastLogins[user] = moment }
    }

    func replacePasswordHash(of user: UserID, from old: PasswordHash, to new: PasswordHash) throws -> Bool {
        guard let index = index(of: user), state.accounts[index].user.passwordHash == old else { return false }
        let user = state.accounts[index].user
        state.accounts[index].user = User(id: user.id, username: user.username, passwordHash: new)
        return true
    }

    func append(_ entry: AuthLogEntry) throws {
        if let user = entry.userID { try require(index(of: user) != nil, "auth_logs.user_id names no account") }
        state.authLog.append(entry)
    }

    func nextKeyID() throws -> KeyID { KeyID(state.lastKeyID + 1) }

    func insert(_ key: StoredKey) throws {
        try require(index(of: key.id) == nil, "keys.kid is taken")
        try put(key)
        state.lastKeyID = max(state.lastKeyID, key.id.number)
    }

    func update(_ key: StoredKey) throws {
        try require(index(of: key.id) != nil, "keys.kid names no key")
        try put(key)
    }

    func deleteKey(_ id: KeyID) throws { state.keys.removeAll { $0.id == id } }

    func reserveSigning(under id: KeyID, until moment: Timestamp, withdrawnAt: Timestamp) throws -> Bool {
        guard let index = index(of: id), var record = state.keys[index].record, record.state == .active else {
            return false
        }
        record.latestTokenExpiry = max(moment, record.latestTokenExpiry ?? moment)
        let exp = max(state.keys[index].exp, withdrawnAt.secondsRoundedUp)
        record.withdrawnAt = Timestamp(seconds: exp)
        state.keys[index].record = record
        state.keys[index].exp = exp
        state.signingExtensions += 1
        return true
    }

    func insert(_ key: KeyEncryptionKeyRecord) throws {
        try require(
            !state.keyEncryptionKeys.contains { $0.id == key.id }, "key_encryption_keys.id is taken")
        state.keyEncryptionKeys.append(key)
    }

    func deleteKeyEncryptionKey(_ id: KeyEncryptionKeyID) throws {
        state.keyEncryptionKeys.removeAll { $0.id == id }
    }

    func record(_ readiness: KeyPropagation) throws { state.readiness = readiness }

    /// `exp` is the one column that says when a key leaves, as in the databases.
    private func put(_ key: StoredKey) throws {
        var key = key
        key.record?.withdrawnAt = Timestamp(seconds: key.exp)
        let others = state.keys.filter { $0.id != key.id }
        if let one = key.record?.state, one == .published || one == .active {
            try require(!others.contains { $0.record?.state == one }, "there is a key that is \(one) already")
        }
        state.keys = (others + [key]).sorted { $0.id < $1.id }
    }

    private func require(_ holds: Bool, _ constraint: String) throws(AuthError) {
        guard holds else { throw .unavailable(constraint) }
    }
}
