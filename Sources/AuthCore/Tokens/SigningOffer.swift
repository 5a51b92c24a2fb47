/// The keys that sign at one moment, for a unit of work in whose course it turns out what is signed, and for how long.
package struct SigningOffer: Sendable {
    /// The `iat` of its tokens, in whole seconds.
    package let issuedAt: Timestamp
    let ring: KeyRing
    /// What is reserved for each key, as far as this process knows.
    let reserved: [KeyID: Timestamp]
    let clockSkew: Duration

    /// A reservation for a token of this lifetime.
    /// - Throws: ``AuthError/unavailable(_:)`` where no key signs with `algorithm`.
    package func reservation(
        lifetime: Duration, algorithm: KeyAlgorithm = .rs256
    ) throws(AuthError) -> SigningReservation {
        guard let key = ring.active(algorithm) else { throw .unavailable("there is no signing key yet") }
        let expiresAt = issuedAt + lifetime
        if reserved[key.id].map({ expiresAt <= $0 }) ?? false {
            return SigningReservation(key: key, expiresAt: expiresAt, missing: nil)
        }
        let until = expiresAt + Self.margin(of: lifetime)
        return SigningReservation(key: key, expiresAt: expiresAt, missing: (until, until + clockSkew))
    }

    /// How far a reservation reaches beyond the token that needs it: a minute, less for short-lived tokens.
    private static func margin(of lifetime: Duration) -> Duration { max(.seconds(1), min(.seconds(60), lifetime / 2)) }
}
