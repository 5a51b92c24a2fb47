// Sealing owns the way from the master key to an opened signing key, and the forms in which keys rest. It must not
// keep what it opened.

import Synchronization

/// Seals and opens keys under the key-encryption key in force. Remembers nothing but that one, so it may be used in a
/// transaction's body, which may run twice.
package final class KeySealer: Sendable {
    private let inForce: Mutex<KeyEncryptionKey>

    /// Seals under `key` until it is succeeded.
    package init(_ key: KeyEncryptionKey) { inForce = Mutex(key) }

    /// The key-encryption key in force.
    package var key: KeyEncryptionKey { inForce.withLock { $0 } }

    /// `material` sealed for row `id` under the key in force.
    package func seal(_ material: KeyMaterial, id: KeyID) throws -> [UInt8] {
        try SealedKeyFormat.seal(material, id: id, under: key)
    }

    /// What `stored` holds.
    /// - Throws: ``OperatorError/keyUnreadable(_:_:)``.
    package func open(_ stored: StoredKey) throws(OperatorError) -> KeyMaterial {
        do throws(SealedKeyError) {
            let material = try SealedKeyFormat.open(stored.sealed, id: stored.id, under: key)
            guard stored.lifecycle.map({ $0.algorithm == material.algorithm }) ?? true else {
                throw SealedKeyError.otherAlgorithm
            }
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
        inForce.withLock { $0 = successor }
        return true
    }

    /// Refuses to seal under a key-encryption key that has been succeeded: no later start could open it.
    /// - Throws: ``OperatorError/masterKeyChanged``.
    package func requireInForce(_ records: [KeyEncryptionKeyRecord]) throws(OperatorError) {
        guard records.last?.id == key.id else { throw .masterKeyChanged }
    }
}
