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
    private let known = KnownCallers()

    /// Over the accounts of `store`, with tokens of `signer`.
    /// - Parameter unreadable: is told of hashes that cannot be verified.
    package init(
        configuration: Configuration, store: any Store, hasher: any PasswordHasher, unreadable: UnreadableHashes,
        signer: TokenSigner, time: any TimeSource
    ) {
        self.configuration = configuration
        self.store = store
        checkPassword = CheckPassword(store: store, hasher: hasher, unreadable: unreadable)
        self.signer = signer
        self.time = time
    }

    /// Checks the password and answers a token; the attempt is on disk before the token is.
    ///
    /// - Parameters:
    ///   - clientAddress: as the audit log shows it.
    ///   - kind: a live token, or an already expired one for testing verifiers.
    /// - Throws: ``AuthError/invalidCredentials`` for an unknown user and a wrong password alike.
    package func callAsFunction(
        username: String, password: Secret, clientAddress: String, kind: TokenKind
    ) async throws -> IssuedToken {
        let client = IPAddress(clientAddress)
        let isKnown = client.map { known.contains(username, from: $0) } ?? false
        let share = HashShare(isKnown ? .known : .login, from: client)
        guard let match = try await checkPassword(username: username, password: password, share: share) else {
            let attempt = AuthLogEntry(clientAddress: clientAddress, moment: time.now, userID: nil)
            try await store.write { transaction in try transaction.append(attempt) }
            throw AuthError.invalidCredentials
        }
        if let client { known.note(username, from: client) }
        let attempt = AuthLogEntry(clientAddress: clientAddress, moment: time.now, userID: match.user.id)
        switch kind {
        case .live:
            return try await signer.withReservation(lifetime: configuration.lifetime) { reservation in
                try await store.write { transaction in
                    try reservation.hold(in: transaction)
                    try transaction.append(attempt)
                    try match.recordLogin(at: attempt.moment, in: transaction)
                }
                let token = try await sign(match.user, under: reservation.key, expiresAt: reservation.expiresAt)
                return IssuedToken(text: token, expiresIn: configuration.lifetime.milliseconds / 1000)
            }
        case .expired, .expiredUnderPublishedKey:
            // Nothing is reserved: the key stays for no token that is over already.
            let key = kind == .expired ? try signer.keyOfExpiredTokens() : try signer.signingKey()
            try await store.write { transaction in
                try transaction.append(attempt)
                try match.recordLogin(at: attempt.moment, in: transaction)
            }
            let token = try await sign(match.user, under: key, expiresAt: time.now - Self.expiredSince)
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
