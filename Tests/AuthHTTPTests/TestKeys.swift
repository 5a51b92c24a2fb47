import AuthCore
import AuthTestSupport

/// Three RSA keys, generated once for the whole run: a server needs a real one, and one takes a tenth of a second.
enum TestKeys {
    private static let materials = Result { try (0..<3).map { _ in try KeyMaterial.generate(bits: 2_048) } }

    /// A ring in which kid 1 signs and kid 2 signs expired tokens; `published` are the kids in the JWK Set.
    static func ring(published: [Int64] = [1], setChangesAt: Timestamp? = nil) throws -> KeyRing {
        let materials = try materials.get()
        guard case .keyPair(let active) = materials[0], case .keyPair(let expired) = materials[1] else {
            preconditionFailure("a generated key has both halves")
        }
        return KeyRing(
            active: SigningKey(id: KeyID(1), pair: active),
            expired: SigningKey(id: KeyID(2), pair: expired),
            set: try JWKSet(published.map { (KeyID($0), materials[Int($0) - 1]) }), setChangesAt: setChangesAt)
    }
}
