/// Keys that were opened before, so that each is opened and parsed once in the life of a process.
struct OpenedKeys {
    private var opened: [KeyID: (sealed: [UInt8], material: KeyMaterial)] = [:]

    /// What `stored` holds, if exactly this row was opened before.
    func material(of stored: StoredKey) -> KeyMaterial? {
        guard let known = opened[stored.id], known.sealed == stored.sealed else { return nil }
        return known.material
    }

    /// Remembers what `stored` holds.
    mutating func remember(_ material: KeyMaterial, of stored: StoredKey) {
        opened[stored.id] = (stored.sealed, material)
    }

    /// Forgets keys that are gone.
    mutating func keepOnly(_ ids: Set<KeyID>) { opened = opened.filter { ids.contains($0.key) } }
}
