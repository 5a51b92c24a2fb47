package import Logging

/// What the token endpoint answers: RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3.
package struct IssuedTokens: Sendable {
    /// The access token.
    package let accessToken: String
    /// Seconds until it is over.
    package let expiresIn: Int64
    /// What it is for; may be less than was asked for.
    package let scopes: [Scope]
    /// The ID token, where `openid` was granted.
    package let identityToken: String?
    /// The refresh token, where one is given.
    package let refreshToken: String?
    /// How the client got them.
    package let way: GrantType
    /// What they are signed with, one for each signature.
    package let algorithms: [KeyAlgorithm]
}

/// Use case: a client gets tokens (RFC 6749 §3.2). One unit of work proves the client, uses up what may be used once and
/// reserves the signatures; what is wrong before that changes nothing.
package struct IssueTokens: Sendable {
    /// What its tokens say, and for how long.
    package struct Configuration: Sendable {
        /// `iss`.
        package var issuer: String
        /// `aud` of tokens that are for no resource.
        package var audience: String
        /// How long they live.
        package var lifetimes: TokenLifetimes

        /// Tokens that say this.
        package init(issuer: String, audience: String, lifetimes: TokenLifetimes = TokenLifetimes()) {
            self.issuer = issuer
            self.audience = audience
            self.lifetimes = lifetimes
        }
    }

    private let configuration: Configuration
    private let store: any Store
    private let signer: TokenSigner
    private let refreshKeys: RefreshTokenKeys
    private let time: any TimeSource
    private let logger: Logger
    private let noteReuse: @Sendable (RefreshReuse) -> Void

    /// - Parameters:
    ///   - logger: is told of codes and refresh tokens that were used twice.
    ///   - noteReuse: counts refresh tokens that came back and ended their grants.
    package init(
        configuration: Configuration, store: any Store, signer: TokenSigner, refreshKeys: RefreshTokenKeys,
        time: any TimeSource, logger: Logger, noteReuse: @escaping @Sendable (RefreshReuse) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.store = store
        self.signer = signer
        self.refreshKeys = refreshKeys
        self.time = time
        self.logger = logger
        self.noteReuse = noteReuse
    }

    /// Gives a client the tokens that it asks for; what was used up for them is on disk before they are answered.
    /// - Parameters:
    ///   - client: where the request comes from.
    ///   - userAgent: what the caller says it is.
    /// - Throws: ``AuthError/invalidClient`` before anything else of the request is looked at,
    ///   ``AuthError/tokenRefused(_:)``, ``AuthError/invalidRequest(_:)``, ``AuthError/unavailable(_:)``.
    package func callAsFunction(
        _ request: TokenRequest, as credentials: ClientCredentials, from client: IPAddress, userAgent: String? = nil
    ) async throws -> IssuedTokens {
        let decision = TokenDecision(
            request: request, credentials: credentials, origin: .caller(client, userAgent: userAgent), now: time.now,
            configuration: configuration, refreshKeys: await refreshKeys())
        // What every client does all day goes to the unit of work at once.
        if decision.presented == nil { try await store.read { transaction in try decision.look(in: transaction) } }
        return try await signer.withOffer { offer in
            let signed = try await store.write { transaction in
                try decision(offer, in: transaction)
            } meanwhile: { outcome in
                try await outcome.map { plan in (plan.reservation, try await sign(plan, request.type)) }
            }
            switch signed {
            case .given(let (reservation, tokens)):
                signer.note(reservation)
                return tokens
            case .withoutKey: throw AuthError.unavailable("refresh tokens cannot be read")
            case .reused(let grant, let reason, let reuse):
                var metadata: Logger.Metadata = [
                    "reason": "\(reason.rawValue)", "client": "\(client)", "client_id": "\(grant.client.text)",
                    "user": "\(grant.user)",
                ]
                if let reuse {
                    noteReuse(reuse)
                    metadata["age_s"] = "\(reuse.age.milliseconds / 1_000)"
                    metadata["generations"] = "\(reuse.generations)"
                }
                logger.warning("what fetches tokens once was used again: its grant was ended", metadata: metadata)
                throw AuthError.tokenRefused(.invalidGrant)
            }
        }
    }

    private func sign(_ plan: TokenPlan, _ way: GrantType) async throws -> IssuedTokens {
        let (issuer, key) = (configuration.issuer, plan.reservation.key)
        return try await signer.sign {
            let (given, start) = (plan.given, plan.issuedAt)
            let access = try key.token(
                .access(given, issuer: issuer, tokenID: plan.tokenID, from: start, lifetime: plan.accessLifetime))
            var identity: String?
            if let lifetime = plan.identityLifetime, let grant = given.grant, let account = given.account {
                identity = try key.token(
                    .identity(
                        given, of: grant, account, accessToken: access, issuer: issuer, from: start, lifetime: lifetime)
                )
            }
            return IssuedTokens(
                accessToken: access, expiresIn: plan.accessLifetime.milliseconds / 1_000, scopes: given.access.scopes,
                identityToken: identity, refreshToken: given.refreshToken, way: way,
                algorithms: Array(repeating: key.algorithm, count: identity == nil ? 1 : 2))
        }
    }
}

/// What is to be signed.
struct TokenPlan: Sendable {
    let given: GivenAccess
    /// `jti` of the access token.
    let tokenID: String
    /// `iat` of both tokens.
    let issuedAt: Timestamp
    let accessLifetime: Duration
    /// nil for no ID token.
    let identityLifetime: Duration?
    /// For both: it reaches as far as the one that lives longer.
    let reservation: SigningReservation
}
