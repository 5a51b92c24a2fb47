// Keys owns the signing keys, in rooms: Lifecycle decides, Sealing keeps secret, Ring makes and uses, Propagation
// knows who has seen what. It must not know what is signed.

/// The keys' slice of the store: what may be read.
package protocol KeyReads {
    /// Every key, by ascending kid.
    /// - Throws: ``OperatorError/damaged(_:)`` for a state or an algorithm that this server does not know: a newer one
    ///   wrote it, and what it means is not to be guessed.
    func keys() throws -> [StoredKey]
    /// Kids of which there is a state and no key, ascending: somebody else deleted the key.
    func statesWithoutKey() throws -> [KeyID]
    /// The key-encryption keys' records, oldest first: one, or none in a new database or a file of the original.
    func keyEncryptionKeys() throws -> [KeyEncryptionKeyRecord]
}

/// The keys' slice of the store: what may be changed. At most one key of an algorithm is published, and at most one
/// active: the database's constraint, whoever decides at the same time.
package protocol KeyWrites: KeyReads {
    /// A kid that no key has or had, deleted ones included.
    func nextKeyID() throws -> KeyID
    /// Adds a key under its kid.
    func insert(_ key: StoredKey) throws
    /// Replaces everything but the kid.
    func update(_ key: StoredKey) throws
    /// Removes a key and its state, whichever of them is there.
    func deleteKey(_ id: KeyID) throws
    /// Reserves that tokens under an *active* `id` may live until `moment`; false when it is not active. Never shortens
    /// what was reserved before.
    /// - Parameter withdrawnAt: when the key leaves the JWK Set at the earliest from now on.
    func reserveSigning(under id: KeyID, until moment: Timestamp, withdrawnAt: Timestamp) throws -> Bool

    /// Adds a key-encryption key's record.
    func insert(_ key: KeyEncryptionKeyRecord) throws
    /// Removes a key-encryption key's record, if it is there.
    func deleteKeyEncryptionKey(_ id: KeyEncryptionKeyID) throws
}

/// What is in the store about keys, all of it.
package struct KeyStoreContents: Equatable, Sendable {
    /// By ascending kid.
    package let keys: [StoredKey]
    /// Oldest first.
    package let keyEncryptionKeys: [KeyEncryptionKeyRecord]
    /// Kids of which only the state is left, ascending.
    package let statesWithoutKey: [KeyID]

    /// These keys and records.
    package init(
        keys: [StoredKey], keyEncryptionKeys: [KeyEncryptionKeyRecord], statesWithoutKey: [KeyID] = []
    ) {
        self.keys = keys
        self.keyEncryptionKeys = keyEncryptionKeys
        self.statesWithoutKey = statesWithoutKey
    }

    /// What a new database holds.
    package static let empty = KeyStoreContents(keys: [], keyEncryptionKeys: [])

    /// The lifecycles of the keys that have one: all of them, but for a file of the original.
    package var lifecycles: [KeyLifecycle] { keys.compactMap(\.lifecycle) }
}

extension KeyReads {
    /// Keys and key-encryption keys as one state.
    package func keyStoreContents() throws -> KeyStoreContents {
        KeyStoreContents(
            keys: try keys(), keyEncryptionKeys: try keyEncryptionKeys(), statesWithoutKey: try statesWithoutKey())
    }
}
