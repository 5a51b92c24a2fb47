/// What is asked of an authorization request, again and again on its way.
struct Question: Sendable {
    let request: FlowRequest
    let browser: Browser
    /// Of the `id_token_hint`.
    let hinted: UserID?
    /// The session in which the user agreed.
    var consentIn: String?
    /// What finds the session: another one once the user signed in.
    var session: BrowserSecret?

    init(_ request: FlowRequest, in browser: Browser, hinted: UserID?) {
        self.request = request
        self.browser = browser
        self.hinted = hinted
        session = browser.session
    }
}

/// Where an authorization request stands, by what one unit of work sees.
struct Standing {
    let request: AuthorizationRequest
    let client: Client
    /// The browser's, of an account that may be used.
    let session: Session?
    let account: Account?
    let step: AuthorizationStep
    private let languages: String?

    /// - Parameter parameters: where they are not yet those of the flow.
    /// - Throws: ``AuthorizationRefusal``.
    init(
        _ question: Question, _ parameters: RequestParameters? = nil, at now: Timestamp,
        in transaction: any ReadTransaction
    ) throws {
        let parameters = parameters ?? question.request.parameters
        let found = try transaction.client(try AuthorizationRequest.clientID(parameters))
        request = try AuthorizationRequest(parameters, of: found, knowing: try transaction.resources())
        guard let found else { throw AuthorizationRefusal.page(.client) }
        client = found
        let session = try question.session.flatMap { try transaction.session($0.hash, at: now) }
        let account = try session.flatMap { try transaction.account($0.user) }
        let isUsable = account.map { $0.disabledAt == nil && !$0.mustChangePassword } ?? false
        self.session = isUsable ? session : nil
        self.account = isUsable ? account : nil
        languages = try? parameters.value("ui_locales")
        step = AuthorizationStep(
            for: request, client: client, session: self.session, hinted: question.hinted,
            begunAt: question.request.begunAt,
            hasConsented: self.session.map { $0.id == question.consentIn } ?? false, at: now)
    }

    /// The page that is due; nil where none is.
    var due: FlowState? {
        switch step {
        case .signIn: return .signIn(view)
        case .consent:
            guard let session, let account else { return nil }
            return .consent(view, username: account.username, session: session.id)
        case .answer, .refusal: return nil
        }
    }

    /// What a page shows.
    var view: FlowView {
        FlowView(
            client: client.name, redirectURI: request.reply.redirectURI, access: request.access,
            username: request.loginHint ?? account?.username, languages: languages)
    }
}
