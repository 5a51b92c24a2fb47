/// An authorization request that the client may make: parsed once, everything checked (RFC 6749 §4.1.1, OpenID Connect
/// Core 1.0 §3.1.2.1, RFC 9700 §2.1). Who the user is, and whether they agree, is still to be seen.
package struct AuthorizationRequest: Equatable, Sendable {
    /// The `prompt` of Core §3.1.2.1.
    package enum Prompt: String, CaseIterable, Sendable {
        case none
        case login
        case consent
        case selectAccount = "select_account"
    }

    /// Whose it is.
    package let client: ClientID
    /// Where the answer goes.
    package let reply: AuthorizationReply
    /// What the client may have of what it asks for.
    package let access: GrantedAccess
    /// nil where there is no PKCE.
    package let challenge: CodeChallenge?
    /// Byte for byte; nil where none was sent.
    package let nonce: String?
    /// What the user is to be asked, whatever is known of them; empty for what is needed.
    package let prompts: Set<Prompt>
    /// How old a sign-in may be; nil for any age.
    package let maxAge: Duration?
    /// A name to begin with.
    package let loginHint: String?
    /// An ID token of whom the client expects, unread.
    package let idTokenHint: String?
}

extension AuthorizationRequest {
    /// The client that a request names.
    /// - Throws: ``AuthorizationPageError/client``.
    package static func clientID(_ parameters: RequestParameters) throws(AuthorizationRefusal) -> ClientID {
        guard let text = try? parameters.value("client_id"), let id = ClientID(text) else { throw .page(.client) }
        return id
    }

    /// Reads a request.
    /// - Parameters:
    ///   - client: the one that ``clientID(_:)`` named; nil where there is none.
    ///   - known: the resources that there are.
    package init(
        _ parameters: RequestParameters, of client: Client?, knowing known: [Resource]
    ) throws(AuthorizationRefusal) {
        guard let client, client.disabledAt == nil else { throw .page(.client) }
        // Always wanted, of a client with one URI too: what a request leaves out nobody can compare later.
        guard let uri = try? parameters.value("redirect_uri") else { throw .page(.noRedirectURI) }
        guard client.mayRedirect(to: uri) else { throw .page(.redirectURI(registered: client.redirectURIs)) }
        let state = try? parameters.value("state")
        // Where it cannot be understood, the query is where clients look.
        let asked = (try? parameters.value("response_mode")).flatMap(ResponseMode.init)
        let reply = AuthorizationReply(redirectURI: uri, state: state, mode: asked ?? .query)
        do {
            try self.init(parameters, of: client, knowing: known, reply: reply)
        } catch {
            throw .redirect(reply, error)
        }
    }

    private init(
        _ parameters: RequestParameters, of client: Client, knowing known: [Resource], reply: AuthorizationReply
    ) throws(AuthorizationError) {
        let form = AuthorizationForm(parameters)
        try form.requireNoneOf([
            ("request", .requestNotSupported), ("request_uri", .requestURINotSupported),
            ("registration", .registrationNotSupported),
        ])
        _ = try form.value("state")
        try form.requireOnce(["display", "ui_locales", "claims_locales", "acr_values", "claims"])
        try form.requireCode(mode: reply.mode)
        guard client.grants.contains(.authorizationCode) else {
            throw AuthorizationError(.unauthorizedClient, "this client does not use codes")
        }
        self.client = client.id
        self.reply = reply
        challenge = try form.challenge(isNeeded: client.needsPKCE)
        access = try form.access(of: client, knowing: known)
        prompts = try form.prompts()
        maxAge = try form.maxAge()
        nonce = try form.value("nonce")
        loginHint = try form.value("login_hint")
        idTokenHint = try form.value("id_token_hint")
    }
}
