import Synchronization

/// Which token is wanted.
package enum TokenKind: Sendable {
    case live
    /// Already expired, under a key that is in no JWK Set: for testing verifiers.
    case expired
}

/// A token as it is handed out.
package struct AccessToken: Equatable, Sendable {
    package let text: String
    /// Seconds until it expires; 0 for one that already has.
    package let expiresIn: Int64
}

/// Issues tokens under the active key, and never under one that the store no longer lets sign.
///
/// For each kid the store holds a promise, `latestTokenExpiry`: no token under it expires later. A token within the promise
/// costs no write; one beyond it extends the promise by a stretch, in the same transaction that records the login, and
/// only if the key still is active there. So a key's retirement can be exact to that stretch, whatever crashes.
package final class TokenIssuer: Sendable {
    /// What every token says, and for how long.
    package struct Configuration: Sendable {
        package var issuer: String
        package var audience: String
        package var lifetime: Duration
        package var clockSkew: Duration

        package init(issuer: String, audience: String, lifetime: Duration, clockSkew: Duration) {
            self.issuer = issuer
            self.audience = audience
            self.lifetime = lifetime
            self.clockSkew = clockSkew
        }

        /// How far a promise reaches beyond the token that needs it: a minute, less for short-lived tokens.
        var stretch: Duration { max(.seconds(1), min(.seconds(60), lifetime / 2)) }
    }

    private let configuration: Configuration
    private let keyRing: CurrentKeyRing
    private let executor: any CPUExecutor
    private let time: any TimeSource
    private let refreshKeyRing: @Sendable () async throws -> Void
    private let promises = Mutex<[KeyID: Timestamp]>([:])

    /// - Parameters:
    ///   - work: signs; half a millisecond of it at the event loops' priority is felt by whoever fetches the JWK Set.
    ///   - refreshKeyRing: reads the keys anew, for when the store says that the active key no longer is.
    package init(
        configuration: Configuration, keyRing: CurrentKeyRing, executor: any CPUExecutor, time: any TimeSource,
        refreshKeyRing: @escaping @Sendable () async throws -> Void
    ) {
        self.configuration = configuration
        self.keyRing = keyRing
        self.executor = executor
        self.time = time
        self.refreshKeyRing = refreshKeyRing
    }

    /// Commits `record` to `store`, then signs: a token that anyone has seen is on the books.
    package func issue(
        _ kind: TokenKind, to user: User, in store: any Store,
        recording record: @escaping @Sendable (any WriteTransaction) throws -> Void
    ) async throws -> AccessToken {
        switch kind {
        case .live:
            let (key, expiresAt) = try await promise(in: store, recording: record)
            return try await sign(user, under: key, issuedAt: expiresAt - configuration.lifetime, expiresAt: expiresAt)
        case .expired:
            guard let key = keyRing.current?.expired else {
                throw AuthError.unavailable("the key of expired tokens is still being made")
            }
            try await store.write(record)
            let expiresAt = time.now - .seconds(3_600)
            return try await sign(user, under: key, issuedAt: expiresAt - configuration.lifetime, expiresAt: expiresAt)
        }
    }

    private func promise(
        in store: any Store, recording record: @escaping @Sendable (any WriteTransaction) throws -> Void
    ) async throws -> (SigningKey, Timestamp) {
        // Twice is enough: the second ring is read after the store refused the first.
        for _ in 0..<2 {
            guard let key = keyRing.current?.active else { throw AuthError.unavailable("there is no signing key yet") }
            // NumericDate has whole seconds: the promise is made about what the token will say.
            let expiresAt = Timestamp(seconds: time.now.seconds) + configuration.lifetime
            if promises.withLock({ $0[key.id].map { expiresAt <= $0 } ?? false }) {
                try await store.write(record)
                return (key, expiresAt)
            }
            let until = expiresAt + configuration.stretch
            let withdrawnAt = until + configuration.clockSkew
            let stillActive = try await store.write { transaction in
                guard try transaction.reserveSigning(under: key.id, until: until, withdrawnAt: withdrawnAt) else {
                    return false
                }
                try record(transaction)
                return true
            }
            if stillActive {
                promises.withLock { $0 = [key.id: max(until, $0[key.id] ?? until)] }
                return (key, expiresAt)
            }
            try await refreshKeyRing()
        }
        throw AuthError.unavailable("the signing key changed twice during one login")
    }

    private func sign(
        _ user: User, under key: SigningKey, issuedAt: Timestamp, expiresAt: Timestamp
    ) async throws -> AccessToken {
        let claims = AccessTokenClaims(
            issuer: configuration.issuer, audience: configuration.audience, subject: user.id, username: user.username,
            issuedAt: issuedAt, expiresAt: expiresAt, tokenID: RandomUUID.text())
        let lifetime = expiresAt < time.now ? .zero : expiresAt - issuedAt
        return AccessToken(
            text: try await executor.run(on: .sign) { try key.token(claims) }, expiresIn: lifetime.milliseconds / 1000)
    }
}
