// Grants owns what a caller has to show for which token, one file for each way. It must not know how a token is signed
// or a password hashed.

/// Which token is wanted.
package enum TokenKind: Sendable {
    /// One that verifiers accept.
    case live
    /// Already expired, under a key that is in no JWK Set: for testing that a verifier refuses an unknown key.
    case expired
    /// Already expired, under the key that signs: for testing that a verifier looks at `exp`.
    case expiredUnderPublishedKey
}

/// A token as it is handed out.
package struct IssuedToken: Equatable, Sendable {
    /// The compact serialisation.
    package let text: String
    /// Seconds until it expires; 0 for one that already has.
    package let expiresIn: Int64
    /// With which it is signed.
    package let algorithm: KeyAlgorithm
}

/// Use case: check a password and issue a token (`POST /auth`).
package struct LogIn: Sendable {
    /// What its tokens say, and for how long.
    package struct Configuration: Sendable {
        /// `iss`.
        package var issuer: String
        /// `aud`.
        package var audience: String
        /// From `iat` to `exp`.
        package var lifetime: Duration

        /// Tokens that say this.
        package init(issuer: String, audience: String, lifetime: Duration) {
            self.issuer = issuer
            self.audience = audience
            self.lifetime = lifetime
        }
    }

    private static let expiredSince: Duration = .seconds(3_600)

    private let configuration: Configuration
    private let store: any Store
    private let authenticate: Authenticate
    private let signer: TokenSigner
    private let time: any TimeSource

    /// Over the accounts of `store`, with tokens of `signer`.
    /// - Parameters:
    ///   - log: is told of logins that fail, and of hashes that cannot be verified.
    ///   - delays: slows down who guesses.
    package init(
        configuration: Configuration, store: any Store, hasher: any PasswordHasher, log: LoginLog,
        delays: LoginDelays, signer: TokenSigner, time: any TimeSource
    ) {
        self.configuration = configuration
        self.store = store
        authenticate = Authenticate(
            store: store, hasher: hasher, log: log, delays: delays, time: time, for: .login)
        self.signer = signer
        self.time = time
    }

    /// Checks the password and answers a token; the attempt is on disk before the token is.
    ///
    /// - Parameters:
    ///   - client: where the attempt comes from.
    ///   - userAgent: what the caller says it is.
    ///   - kind: a live token, or an already expired one for testing verifiers.
    /// - Throws: ``AuthError/invalidCredentials`` for an unknown user, a wrong password and a disabled account alike,
    ///   ``AuthError/rateLimited(_:)`` where too many wrong ones were tried, ``AuthError/passwordChangeRequired`` for a right
    ///   one that opens no more than ``ChangePassword``.
    package func callAsFunction(
        username: String, password: Secret, client: IPAddress, userAgent: String? = nil, kind: TokenKind
    ) async throws -> IssuedToken {
        let success = try await authenticate(
            username: username, password: password, client: client, userAgent: userAgent)
        let (match, attempt, delays) = (success.match, success.attempt, authenticate.delays)
        guard !match.user.mustChangePassword else {
            try await authenticate.recordUnused(success)
            throw AuthError.passwordChangeRequired
        }
        let (entry, tokenID, authenticate) = (authenticate.entry(of: success), RandomUUID.text(), authenticate)
        let token = try await authenticate.settling(success) {
            try await issue(kind, to: match.user, tokenID) { key, transaction in
                // First: it decides whether the account may still be used.
                try match.recordLogin(at: entry.moment, in: transaction)
                try transaction.append(entry)
                try transaction.append(authenticate.event(of: success, kid: key.id, jti: tokenID))
                try delays.noteLogin(attempt, at: entry.moment, in: transaction)
            }
        }
        authenticate.log.succeeded(match.user, from: client)
        return token
    }

    /// Records the login and signs its token.
    private func issue(
        _ kind: TokenKind, to user: User, _ tokenID: String,
        _ record: @escaping @Sendable (SigningKey, any WriteTransaction) throws -> Void
    ) async throws -> IssuedToken {
        switch kind {
        case .live:
            return try await signer.withReservation(lifetime: configuration.lifetime) { reservation in
                let token = try await store.write { transaction in
                    try reservation.hold(in: transaction)
                    try record(reservation.key, transaction)
                } meanwhile: {
                    try await sign(user, tokenID, under: reservation.key, expiresAt: reservation.expiresAt)
                }
                return IssuedToken(
                    text: token, expiresIn: configuration.lifetime.milliseconds / 1000,
                    algorithm: reservation.key.algorithm)
            }
        case .expired, .expiredUnderPublishedKey:
            // Nothing is reserved: the key stays for no token that is over already.
            let key = kind == .expired ? try signer.keyOfExpiredTokens() : try signer.signingKey()
            let token = try await store.write { transaction in
                try record(key, transaction)
            } meanwhile: {
                try await sign(user, tokenID, under: key, expiresAt: time.now - Self.expiredSince)
            }
            return IssuedToken(text: token, expiresIn: 0, algorithm: key.algorithm)
        }
    }

    private func sign(
        _ user: User, _ tokenID: String, under key: SigningKey, expiresAt: Timestamp
    ) async throws -> String {
        let issuedAt = expiresAt - configuration.lifetime
        return try await signer.sign(
            TokenClaims(
                type: .jwt, issuer: configuration.issuer, audience: [configuration.audience],
                subject: String(user.id), issuedAt: issuedAt, notBefore: issuedAt, expiresAt: expiresAt,
                tokenID: tokenID,
                others: [("preferred_username", .string(user.username))]),
            under: key)
    }
}
