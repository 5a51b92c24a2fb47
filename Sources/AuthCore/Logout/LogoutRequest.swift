/// What a client, or nobody at all, says with a request to sign out: OpenID Connect RP-Initiated Logout 1.0 §2.
package struct LogoutRequest: Equatable, Sendable {
    /// An ID token of ours, expired or not, of the session that is to end.
    package let idTokenHint: String?
    /// Who asks, where no hint says so.
    package let clientID: String?
    /// Where the browser goes afterwards.
    package let postLogoutRedirectURI: String?
    /// Handed on there.
    package let state: String?
    /// The languages that the client wishes for, best first.
    package let languages: String?

    /// Reads what there is; `logout_hint` is of no use, as the browser's own session says who leaves.
    /// - Throws: ``AuthError/invalidRequest(_:)`` for a parameter that is given twice.
    package init(_ parameters: RequestParameters) throws(AuthError) {
        idTokenHint = try parameters.optional("id_token_hint")
        clientID = try parameters.optional("client_id")
        postLogoutRedirectURI = try parameters.optional("post_logout_redirect_uri")
        state = try parameters.optional("state")
        languages = try parameters.optional("ui_locales")
    }
}

/// Where a request to sign out stands: a pure function of what it says, of the client and of the browser's session.
package struct LogoutStanding: Equatable, Sendable {
    /// What is to be done.
    package enum Step: Equatable, Sendable {
        /// Nobody is signed in here.
        case nothing
        /// The session that asks is the browser's own.
        case end
        /// The user has to say so.
        case ask
    }

    /// What is to be done.
    package let step: Step
    /// Where the browser goes once it is signed out; nil for a page of ours.
    package let redirectURI: String?
    /// Why the browser cannot go where the request wants it to; nil where it can, or wants nothing.
    package let obstacle: LogoutObstacle?

    /// - Parameters:
    ///   - hint: what the request's `id_token_hint` says, nil unless it is an ID token of ours.
    ///   - client: of the hint, or of `client_id`; nil where neither names one that may be used.
    ///   - session: the browser's.
    ///   - confirmed: the session that the user said is to end.
    package init(
        _ request: LogoutRequest, hint: VerifiedToken?, client: Client?, session: Session?, confirmed: String?
    ) {
        let isHintBad = request.idTokenHint != nil && hint == nil
        // Of whom the hint is must be who asks (§2).
        let isOther = hint != nil && request.clientID != nil && hint?.audience != request.clientID.map { [$0] }
        if let uri = request.postLogoutRedirectURI {
            if isHintBad {
                obstacle = .hint
            } else if isOther || client == nil {
                obstacle = .client
            } else {
                obstacle = client?.mayRedirectAfterLogout(to: uri) == true ? nil : .redirectURI
            }
        } else {
            obstacle = isOther ? .client : isHintBad ? .hint : nil
        }
        redirectURI = obstacle == nil ? request.postLogoutRedirectURI : nil
        guard let session else {
            step = .nothing
            return
        }
        let isOwn = hint.map { $0.session == session.id && $0.user == session.user } ?? false
        step = confirmed == session.id || isOwn && obstacle == nil ? .end : .ask
    }
}

/// Why a request to sign out does not lead where it wants to.
package enum LogoutObstacle: String, Sendable {
    /// The hint is no ID token of ours.
    case hint
    /// Nobody knows which client asks, or the hint is of another one.
    case client
    /// The address is not registered for the client.
    case redirectURI = "redirect_uri"
}
