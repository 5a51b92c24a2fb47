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
    private let checkPassword: CheckPassword
    private let signer: TokenSigner
    private let time: any TimeSource
    private let delays: LoginDelays

    /// Over the accounts of `store`, with tokens of `signer`.
    /// - Parameters:
    ///   - unreadable: is told of hashes that cannot be verified.
    ///   - delays: slows down who guesses.
    package init(
        configuration: Configuration, store: any Store, hasher: any PasswordHasher, unreadable: UnreadableHashes,
        delays: LoginDelays, signer: TokenSigner, time: any TimeSource
    ) {
        self.configuration = configuration
        self.store = store
        checkPassword = CheckPassword(hasher: hasher, unreadable: unreadable)
        self.delays = delays
        self.signer = signer
        self.time = time
    }

    /// Checks the password and answers a token; the attempt is on disk before the token is.
    ///
    /// - Parameters:
    ///   - client: where the attempt comes from.
    ///   - kind: a live token, or an already expired one for testing verifiers.
    /// - Throws: ``AuthError/invalidCredentials`` for an unknown user and a wrong password alike, ``AuthError/rateLimited(_:)``
    ///   where too many wrong ones were tried.
    package func callAsFunction(
        username: String, password: Secret, client: IPAddress, kind: TokenKind
    ) async throws -> IssuedToken {
        let (key, delays) = (delays.key(username, client), delays)
        let (user, attempt) = try await store.read { transaction in
            (try transaction.user(named: Username.forms(of: username)), delays.record(of: key, in: transaction))
        }
        let share = try await delays.admit(attempt, from: client, in: store)
        guard let match = try await checkPassword(user, password, share: share) else {
            let entry = entry(client, of: nil)
            try await store.write { transaction in
                try transaction.append(entry)
                try delays.countFailure(attempt, at: entry.moment, in: transaction)
            }
            throw AuthError.invalidCredentials
        }
        delays.forgive(attempt)
        let entry = entry(client, of: match.user.id)
        return try await issue(kind, to: match.user) { transaction in
            try transaction.append(entry)
            try match.recordLogin(at: entry.moment, in: transaction)
            try delays.noteLogin(attempt, at: entry.moment, in: transaction)
        }
    }

    private func entry(_ client: IPAddress, of user: UserID?) -> AuthLogEntry {
        AuthLogEntry(clientAddress: client.description, moment: time.now, userID: user)
    }

    /// Records the login and signs its token.
    private func issue(
        _ kind: TokenKind, to user: User, _ record: @escaping @Sendable (any WriteTransaction) throws -> Void
    ) async throws -> IssuedToken {
        switch kind {
        case .live:
            return try await signer.withReservation(lifetime: configuration.lifetime) { reservation in
                try await store.write { transaction in
                    try reservation.hold(in: transaction)
                    try record(transaction)
                }
                let token = try await sign(user, under: reservation.key, expiresAt: reservation.expiresAt)
                return IssuedToken(text: token, expiresIn: configuration.lifetime.milliseconds / 1000)
            }
        case .expired, .expiredUnderPublishedKey:
            // Nothing is reserved: the key stays for no token that is over already.
            let key = kind == .expired ? try signer.keyOfExpiredTokens() : try signer.signingKey()
            try await store.write(record)
            let token = try await sign(user, under: key, expiresAt: time.now - Self.expiredSince)
            return IssuedToken(text: token, expiresIn: 0)
        }
    }

    private func sign(_ user: User, under key: SigningKey, expiresAt: Timestamp) async throws -> String {
        try await signer.sign(
            TokenClaims(
                issuer: configuration.issuer, audience: configuration.audience, subject: String(user.id),
                issuedAt: expiresAt - configuration.lifetime, expiresAt: expiresAt, tokenID: RandomUUID.text(),
                others: [("preferred_username", .string(user.username))]),
            under: key)
    }
}
