/// What comes of a token request: everything of it that happens in the unit of work.
struct TokenDecision: Sendable {
    typealias Outcome = TokenOutcome<TokenPlan>

    let request: TokenRequest
    let credentials: ClientCredentials
    let origin: AuditOrigin
    let now: Timestamp
    let configuration: IssueTokens.Configuration
    /// Empty while nobody can refresh.
    let refreshKeys: [RefreshTokenKey]
    /// The refresh token that the client brings, if it was made for it: nobody else can make one. Told without the store,
    /// and before the writer is waited for.
    let presented: RefreshToken?
    /// Its text where the newest key made it, which is handed out again while it is not replaced: each token has one.
    private let presentedText: String?
    private let tokenID = RandomUUID.text()

    init(
        request: TokenRequest, credentials: ClientCredentials, origin: AuditOrigin, now: Timestamp,
        configuration: IssueTokens.Configuration, refreshKeys: [RefreshTokenKey]
    ) {
        self.request = request
        self.credentials = credentials
        self.origin = origin
        self.now = now
        self.configuration = configuration
        self.refreshKeys = refreshKeys
        guard case .refresh(let text) = request.way, let client = credentials.id else {
            (presented, presentedText) = (nil, nil)
            return
        }
        let ofNewest = RefreshToken(text, from: client, keys: Array(refreshKeys.prefix(1)))
        presented = ofNewest ?? RefreshToken(text, from: client, keys: Array(refreshKeys.dropFirst()))
        presentedText = ofNewest == nil ? nil : text
    }

    /// - Throws: ``AuthError`` for what has to change nothing.
    func callAsFunction(_ offer: SigningOffer, in transaction: any WriteTransaction) throws -> Outcome {
        let client = try registeredClient(in: transaction)
        switch request.way {
        case .code(let hash, let redirectURI, let verifier):
            return try redeem(hash, redirectURI, verifier, of: client, offer, in: transaction)
        case .refresh: return try refresh(client, offer, in: transaction)
        case .clientCredentials: return try giveItsOwn(client, offer, in: transaction)
        }
    }

    private func redeem(
        _ hash: [UInt8], _ redirectURI: String?, _ verifier: String?, of client: Client, _ offer: SigningOffer,
        in transaction: any WriteTransaction
    ) throws -> Outcome {
        let challenge = verifier.map { CodeChallenge(verifier: $0) }
        // A verifier that is none leads to no challenge, which is not the same as that there was none.
        if case .some(nil) = challenge { throw AuthError.tokenRefused(.invalidGrant) }
        let redemption = CodeRedemption(
            hash: hash, client: client.id, redirectURI: redirectURI, challenge: challenge??.text)
        switch try transaction.redeem(redemption, at: now) {
        case .refused: throw AuthError.tokenRefused(.invalidGrant)
        case .reused(let id):
            guard let grant = try transaction.grant(id, at: now),
                try transaction.endGrant(id, for: .codeReuse, at: now)
            else { throw AuthError.tokenRefused(.invalidGrant) }
            try append(.failure, .codeReuse, grant, in: transaction)
            return .reused(grant, .codeReuse, nil)
        case .redeemed(let id, let nonce):
            guard let grant = try transaction.grant(id, at: now) else { throw AuthError.tokenRefused(.invalidGrant) }
            // Who has shown that it can PKCE is not let through without from then on (RFC 9700 §4.8.2).
            if verifier != nil, client.pkceSeenAt == nil { _ = try transaction.notePKCE(of: client.id, at: now) }
            var given = try given(client, grant, in: transaction)
            given.nonce = nonce
            if let key = refreshKeys.first, Self.mayRefresh(client, grant),
                try transaction.startRefreshing(
                    id, at: now, idleUntil: now + configuration.lifetimes.refresh.idle)
            {
                given.refreshToken = RefreshToken(grant: id, generation: 0).text(for: client.id, under: key)
            }
            return try plan(given, offer, in: transaction)
        }
    }

    private func refresh(
        _ client: Client, _ offer: SigningOffer, in transaction: any WriteTransaction
    ) throws -> Outcome {
        // Not thrown: the store did answer.
        guard let newest = refreshKeys.first else { return .withoutKey }
        // What was made up or altered, or is another client's, goes no further.
        guard let token = presented else { throw AuthError.tokenRefused(.invalidGrant) }
        let presentation = RefreshPresentation(
            grant: token.grant, generation: token.generation, client: client.id, rotates: client.kind == .public,
            policy: configuration.lifetimes.refresh)
        switch try transaction.present(presentation, at: now) {
        case .refused: throw AuthError.tokenRefused(.invalidGrant)
        case .reused(let grant, let reuse):
            try append(.failure, .refreshReuse, grant, in: transaction)
            return .reused(grant, .refreshReuse, reuse)
        case .refreshed(let grant, let generation):
            guard Self.mayRefresh(client, grant) else { throw AuthError.tokenRefused(.unauthorizedClient) }
            var given = try given(client, grant, in: transaction)
            let same = generation == token.generation ? presentedText : nil
            given.refreshToken =
                same ?? RefreshToken(grant: grant.id, generation: generation).text(for: client.id, under: newest)
            return try plan(given, offer, in: transaction)
        }
    }

    private func giveItsOwn(
        _ client: Client, _ offer: SigningOffer, in transaction: any WriteTransaction
    ) throws -> Outcome {
        let known = client.resources.isEmpty ? [] : try transaction.resources()
        // Nobody else's word is needed: who asks for nothing in particular gets all that it may have.
        let all = known.map(\.uri).filter(client.resources.contains).map(\.text)
        let asked = request.resources.isEmpty && request.scope == nil ? all : request.resources
        let allowed: GrantedAccess
        do {
            allowed = try .allowed(to: client, scope: request.scope, resources: asked, knowing: known)
        } catch {
            throw AuthError.tokenRefused(TokenRefusal(error))
        }
        // Those of the issuer are about a user, and there is none.
        let access = GrantedAccess(
            scopes: allowed.scopes.filter { !Scope.ofIssuer.contains($0) }, resources: allowed.resources)
        guard !access.scopes.isEmpty || allowed.scopes.isEmpty else {
            throw AuthError.tokenRefused(.invalidScope)
        }
        return try plan(
            GivenAccess(
                client: client, access: access, knowing: known, usualAudience: configuration.audience), offer,
            in: transaction)
    }

    /// A refresh token is given, and taken, where it was asked for or the client is registered for it.
    private static func mayRefresh(_ client: Client, _ grant: Grant) -> Bool {
        grant.isOffline || client.grants.contains(.refreshToken)
    }

    /// - Throws: for an account that may not be used any more, and for more than was granted.
    private func given(
        _ client: Client, _ grant: Grant, in transaction: any WriteTransaction
    ) throws -> GivenAccess {
        guard let account = try transaction.account(grant.user), account.disabledAt == nil else {
            throw AuthError.tokenRefused(.invalidGrant)
        }
        let known = grant.resources.isEmpty ? [] : try transaction.resources()
        let access: GrantedAccess
        do {
            access = try GrantedAccess(scopes: grant.scopes, resources: grant.resources).narrowed(
                toScope: request.scope, resources: request.resources, knowing: known)
        } catch {
            throw AuthError.tokenRefused(TokenRefusal(error))
        }
        return GivenAccess(
            client: client, grant: grant, account: account, access: access, knowing: known,
            usualAudience: configuration.audience)
    }

    /// Reserves the signatures, last: until then nothing has to be undone.
    private func plan(
        _ given: GivenAccess, _ offer: SigningOffer, in transaction: any WriteTransaction
    ) throws -> Outcome {
        let lifetimes = configuration.lifetimes
        let access = lifetimes.access(
            for: given.resources, withRefresh: given.refreshToken != nil, from: offer.issuedAt,
            until: given.grant?.expiresAt)
        let identity = given.identifies ? lifetimes.identity : nil
        let reservation = try offer.reservation(lifetime: max(access, identity ?? access))
        try reservation.hold(in: transaction)
        // A row for each refresh would be one for every ten minutes of every session.
        if request.type != .refreshToken {
            try transaction.append(
                AuditEvent(
                    .tokenIssue, by: origin, at: now, userID: given.account?.id, username: given.account?.username,
                    client: given.client.id.text, kid: reservation.key.id, jti: tokenID))
        }
        return .given(
            TokenPlan(
                given: given, tokenID: tokenID, issuedAt: offer.issuedAt, accessLifetime: access,
                identityLifetime: identity, reservation: reservation))
    }

    private func append(
        _ outcome: AuditOutcome, _ reason: AuditReason, _ grant: Grant, in transaction: any WriteTransaction
    ) throws {
        let username = try transaction.account(grant.user)?.username
        try transaction.append(
            AuditEvent(
                .tokenIssue, outcome, reason: reason, by: origin, at: now, userID: grant.user, username: username,
                client: grant.client.text))
    }
}
