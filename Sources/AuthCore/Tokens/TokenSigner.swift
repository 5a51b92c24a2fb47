// Tokens owns what a token says and the permission to sign it. It must not open a unit of work: that is the use
// case's.

import Synchronization

/// Turns claims into tokens, under keys that the store still lets sign.
package final class TokenSigner: Sendable {
    private let keyRing: CurrentKeyRing
    private let executor: any CPUExecutor
    private let time: any TimeSource
    private let clockSkew: Duration
    private let refreshKeyRing: @Sendable () async throws -> Void
    /// What is reserved for each key that signs, as far as this process knows.
    private let reserved = Mutex<[KeyID: Timestamp]>([:])

    /// - Parameters:
    ///   - executor: signs; half a millisecond of it on an event loop is felt by whoever fetches the JWK Set.
    ///   - clockSkew: how long after its last token a key has to stay in the JWK Set.
    ///   - refreshKeyRing: reads the keys anew, for when the store says that the active key no longer is.
    package init(
        keyRing: CurrentKeyRing, executor: any CPUExecutor, time: any TimeSource, clockSkew: Duration,
        refreshKeyRing: @escaping @Sendable () async throws -> Void
    ) {
        self.keyRing = keyRing
        self.executor = executor
        self.time = time
        self.clockSkew = clockSkew
        self.refreshKeyRing = refreshKeyRing
    }

    /// Runs `body` with a reservation for a token of this lifetime, once more after a rotation that this process had not
    /// noticed. `body` opens the one transaction, holds the reservation in it, and hands out nothing that it signs before the
    /// commit.
    /// - Throws: ``AuthError/unavailable(_:)`` when there is no key or it changes twice, and what `body` throws.
    package func withReservation<Result: Sendable>(
        lifetime: Duration, algorithm: KeyAlgorithm = .rs256,
        _ body: (SigningReservation) async throws -> Result
    ) async throws -> Result {
        try await withOffer { offer in
            let reservation = try offer.reservation(lifetime: lifetime, algorithm: algorithm)
            let result = try await body(reservation)
            note(reservation)
            return result
        }
    }

    /// Runs `body` with the keys that sign, once more after a rotation that this process had not noticed. `body` opens the
    /// one transaction, holds in it what it reserves of the offer, and after the commit notes it and hands out what it signed.
    /// - Throws: as above.
    package func withOffer<Result: Sendable>(_ body: (SigningOffer) async throws -> Result) async throws -> Result {
        // Twice is enough: the second ring is read after the store refused the first.
        for _ in 0..<2 {
            guard let ring = keyRing.current else { throw AuthError.unavailable("there is no signing key yet") }
            do {
                // NumericDate has whole seconds: what is reserved is what the token will say.
                return try await body(
                    SigningOffer(
                        issuedAt: Timestamp(seconds: time.now.seconds), ring: ring, reserved: reserved.withLock { $0 },
                        clockSkew: clockSkew))
            } catch is SigningReservation.KeyNotActive {
                try await refreshKeyRing()
            }
        }
        throw AuthError.unavailable("the signing key changed twice during one login")
    }

    /// The key of `?expired=true`.
    /// - Throws: ``AuthError/unavailable(_:)`` for the first moments of a new database.
    package func keyOfExpiredTokens() throws(AuthError) -> SigningKey {
        guard let key = keyRing.current?.expired else {
            throw .unavailable("the key of expired tokens is still being made")
        }
        return key
    }

    /// The key that signs RS256, for what needs no reservation: a token that is expired when it is made.
    /// - Throws: ``AuthError/unavailable(_:)`` while there is none.
    func signingKey() throws(AuthError) -> SigningKey {
        guard let key = keyRing.current?.active(.rs256) else { throw .unavailable("there is no signing key yet") }
        return key
    }

    /// The tokens that `make` signs, on a thread for that.
    package func sign<Result: Sendable>(_ make: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await executor.run(on: .sign, make)
    }

    /// The token that says `claims`, in the compact serialisation.
    package func sign(_ claims: TokenClaims, under key: SigningKey) async throws -> String {
        try await executor.run(on: .sign) { try key.token(claims) }
    }

    /// After the commit: what a unit of work that failed has reserved is not.
    package func note(_ reservation: SigningReservation) {
        guard let until = reservation.missing?.until else { return }
        let active = keyRing.current?.activeKeys.map(\.id) ?? []
        reserved.withLock { reserved in
            reserved[reservation.key.id] = max(until, reserved[reservation.key.id] ?? until)
            reserved = reserved.filter { active.contains($0.key) }
        }
    }
}
