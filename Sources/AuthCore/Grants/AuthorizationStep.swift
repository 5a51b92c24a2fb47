/// Whom a client expects to be signed in, by its `id_token_hint` (OpenID Connect Core 1.0 §3.1.2.1).
package enum HintedUser: Equatable, Sendable {
    /// There is no hint.
    case anybody
    /// Whose ID token it is.
    case user(UserID)
    /// There is a hint, and it is no ID token of ours for this client.
    case unknown
}

/// What an authorization request needs next: a pure function of the request, the browser's session and time.
package enum AuthorizationStep: Equatable, Sendable {
    /// The user's name and password.
    case signIn
    /// The user's word on what the client may do.
    case consent
    /// Nothing more: the client gets its code.
    case answer
    /// What was asked for cannot be had without a page, and no page is wanted.
    case refusal(AuthorizationError)

    /// - Parameters:
    ///   - session: the browser's, of an account that may be used; nil where there is none.
    ///   - hinted: whom the request's `id_token_hint` names.
    ///   - begunAt: when the request came: a sign-in after it is what `prompt=login` wants.
    ///   - hasConsented: whether the user said yes to this request.
    ///   - consentedBefore: whether the user said yes to all of it before, and that is remembered.
    ///   - now: the moment.
    package init(
        for request: AuthorizationRequest, client: Client, session: Session?, hinted: HintedUser, begunAt: Timestamp,
        hasConsented: Bool, consentedBefore: Bool, at now: Timestamp
    ) {
        let isSilent = request.prompts.contains(.none)
        guard
            let session,
            Self.isFresh(session, for: request, begunAt: begunAt, at: now),
            Self.isExpected(session.user, hinted, isSilent: isSilent)
        else {
            self =
                isSilent
                ? .refusal(AuthorizationError(.loginRequired, "the user has to sign in")) : .signIn
            return
        }
        guard hasConsented || !Self.asksForConsent(request, client, consentedBefore: consentedBefore) else {
            self =
                isSilent
                ? .refusal(AuthorizationError(.consentRequired, "the user has to be asked")) : .consent
            return
        }
        self = .answer
    }

    /// A client that wants no page gets nobody in place of a user whom its hint does not tell (Core §3.1.2.1). Otherwise it
    /// is no more than a hint: one that has become too old to be read locks nobody out.
    private static func isExpected(_ user: UserID, _ hinted: HintedUser, isSilent: Bool) -> Bool {
        switch hinted {
        case .anybody: true
        case .user(let expected): expected == user
        case .unknown: !isSilent
        }
    }

    private static func isFresh(
        _ session: Session, for request: AuthorizationRequest, begunAt: Timestamp, at now: Timestamp
    ) -> Bool {
        let wantsSignIn = request.prompts.contains(.login) || request.prompts.contains(.selectAccount)
        if session.authenticatedAt >= begunAt { return true }
        guard !wantsSignIn else { return false }
        return request.maxAge.map { now - session.authenticatedAt <= $0 && $0 > .zero } ?? true
    }

    /// Nobody consents in another's name for a client that cannot show who it is: any program of the machine may take its
    /// redirect (OAuth 2.1 §7.5.2, RFC 8252 §8.6).
    private static func asksForConsent(
        _ request: AuthorizationRequest, _ client: Client, consentedBefore: Bool
    ) -> Bool {
        request.prompts.contains(.consent) || client.consent == .explicit && !consentedBefore
    }
}
