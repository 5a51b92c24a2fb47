import Synchronization

/// What is in the store about keys, all of it.
package struct KeyStoreContents: Equatable, Sendable {
    package let keys: [StoredKey]
    package let keyEncryptionKeys: [KeyEncryptionKeyRecord]

    package init(keys: [StoredKey], keyEncryptionKeys: [KeyEncryptionKeyRecord]) {
        self.keys = keys
        self.keyEncryptionKeys = keyEncryptionKeys
    }

    package static let empty = KeyStoreContents(keys: [], keyEncryptionKeys: [])
}

extension ReadTransaction {
    /// Keys and key-encryption keys as one state.
    package func keyStoreContents() throws -> KeyStoreContents {
        KeyStoreContents(keys: try keys(), keyEncryptionKeys: try keyEncryptionKeys())
    }
}

/// Seals and opens keys; remembers what it opened, so that a key is parsed once in the life of a process.
package final class KeySealer: Sendable {
    private struct State {
        var key: KeyEncryptionKey
        var opened: [KeyID: (sealed: [UInt8], material: KeyMaterial)] = [:]
    }

    private let state: Mutex<State>

    package init(_ key: KeyEncryptionKey) { state = Mutex(State(key: key)) }

    /// The key-encryption key in force.
    package var key: KeyEncryptionKey { state.withLock { $0.key } }

    /// `material` sealed for row `id` under the key in force.
    package func seal(_ material: KeyMaterial, id: KeyID) throws -> [UInt8] {
        let sealed = try SealedKeyFormat.seal(material, id: id, under: key)
        remember(id, sealed, material)
        return sealed
    }

    /// - Throws: ``AuthError/keyUnreadable(_:_:)``.
    package func open(_ stored: StoredKey) throws(AuthError) -> KeyMaterial {
        if let known = state.withLock({ $0.opened[stored.id] }), known.sealed == stored.sealed { return known.material }
        do {
            let material = try SealedKeyFormat.open(stored.sealed, id: stored.id, under: key)
            remember(stored.id, stored.sealed, material)
            return material
        } catch {
            throw .keyUnreadable(stored.id, error)
        }
    }

    /// Goes over to the key that `records` hold, if the key in force was succeeded and the handover is still there.
    /// False when the master key was changed and this process cannot follow.
    package func follow(_ records: [KeyEncryptionKeyRecord]) -> Bool {
        let current = key
        guard let record = records.last, record.id != current.id else { return true }
        guard let handover = record.handover,
            let successor = try? SealedKeyFormat.openHandover(handover, to: record.id, under: current)
        else { return false }
        state.withLock { $0.key = successor }
        return true
    }

    /// Refuses to seal under a key-encryption key that has been succeeded: no later start could open it.
    package func requireInForce(_ records: [KeyEncryptionKeyRecord]) throws {
        guard records.last?.id == key.id else {
            throw AuthError.refused("the master key was changed: restart with the new NOT_MY_KEY")
        }
    }

    private func remember(_ id: KeyID, _ sealed: [UInt8], _ material: KeyMaterial) {
        state.withLock { $0.opened[id] = (sealed, material) }
    }

    /// Forgets keys that are gone.
    package func keepOnly(_ ids: Set<KeyID>) {
        state.withLock { state in state.opened = state.opened.filter { ids.contains($0.key) } }
    }
}
