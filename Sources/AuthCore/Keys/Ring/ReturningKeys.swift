/// The keys that a database from an earlier day brings back: verifiers would find them in the JWK Set again, whatever was
/// done about them since. What was revoked in the meantime is known to nobody but the database that is lost.
package struct ReturningKeys: Equatable, Sendable {
    /// The kids by ascending number, each with its state; nil for a key of the original, which knew no states.
    package let keys: [(id: KeyID, state: KeyState?)]

    /// Those in `contents` that are in the JWK Set at `now`.
    package init(_ contents: KeyStoreContents, at now: Timestamp) {
        let returning = contents.keys.filter { key in
            key.lifecycle?.isInJWKSet(at: now) ?? (Timestamp(seconds: key.exp) > now)
        }
        keys = returning.map { (id: $0.id, state: $0.lifecycle?.state) }
    }

    /// The kids alone.
    package var ids: Set<KeyID> { Set(keys.map(\.id)) }

    package static func == (left: Self, right: Self) -> Bool {
        left.keys.elementsEqual(right.keys) { $0.id == $1.id && $0.state == $1.state }
    }
}
